/** Apply what the server pushes to what the page knows. */
import { noteDelivery } from "./deliveries.js";
import { currentChannel } from "./directory.js";
import { isTopLevel, withEntry, withMessage, withReplies, withoutMessage } from "./records.js";
import { loadReplies, markRead } from "./session.js";
import { store } from "./store.js";
import { toast } from "./toasts.js";

function upsert({ channel, message }) {
  if (channel !== currentChannel()?.id) return;
  const { place, messages, replies } = store.state;
  if (isTopLevel(message)) store.set({ messages: withMessage(messages, message) });
  if (place.thread && (message.thread_ts === place.thread || message.ts === place.thread)) {
    store.set({ replies: withMessage(replies, message) });
  }
}

function arrived(event) {
  upsert(event);
  countReply(event, 1);
}

function countReply({ channel, message }, change) {
  if (channel !== currentChannel()?.id || isTopLevel(message)) return;
  store.set({ messages: withReplies(store.state.messages, message.thread_ts, change) });
}

function remove({ channel, message }) {
  if (channel !== currentChannel()?.id) return;
  const { messages, replies, place } = store.state;
  store.set({ messages: withoutMessage(messages, message.ts) });
  countReply({ channel, message }, -1);
  if (place.thread) store.set({ replies: withoutMessage(replies, message.ts) });
}

/** Merge: the event may carry only the channels whose unread count changed. */
function mergeChannels({ channels }) {
  const known = store.state.channels.filter((one) => !channels.some(({ id }) => id === one.id));
  const merged = channels.map((one) => ({ ...store.state.channels.find(({ id }) => id === one.id), ...one }));
  const order = store.state.channels.map(({ id }) => id);
  const rank = ({ id }) => (order.includes(id) ? order.indexOf(id) : order.length);
  store.set({ channels: [...known, ...merged].sort((a, b) => rank(a) - rank(b)) });
  markRead();
}

function openView({ view, stack }) {
  store.set({ modal: { view, stack, errors: {}, trouble: "" } });
}

/** Wait for the view below when one of several was closed: the server sends it next. */
function closeView({ view_id: closed }) {
  if (!closed) store.set({ modal: null });
}

function showErrors({ view_id: id, errors }) {
  const { modal } = store.state;
  if (modal?.view.id === id) store.set({ modal: { ...modal, errors, trouble: "" } });
}

/** Put Slackbot's words where Slack puts them: in the open modal, in the channel, else in the corner. */
function notice({ channel, text }) {
  const { modal, notices } = store.state;
  if (modal && !channel) store.set({ modal: { ...modal, trouble: text } });
  else if (channel)
    store.set({
      notices: { ...notices, [place(channel)]: [...(notices[place(channel)] ?? []), slackbot(text)] },
    });
  else toast(text, "problem");
}

const place = (channel) => `${store.state.place.me}/${channel}`;
const slackbot = (text) => ({
  ts: (Date.now() / 1000).toFixed(6),
  user: "USLACKBOT",
  text,
  blocks: [],
  ephemeral: true,
});

const HANDLERS = {
  message: arrived,
  message_changed: upsert,
  message_deleted: remove,
  ephemeral: ({ channel, message }) => upsert({ channel, message: { ...message, ephemeral: true } }),
  channels: mergeChannels,
  view: openView,
  view_errors: showErrors,
  view_closed: closeView,
  home: ({ view }) => store.set({ home: view }),
  delivery: noteDelivery,
  notice,
  traffic: ({ entry }) => store.set({ traffic: withEntry(store.state.traffic, entry) }),
};

export function applyEvent(event) {
  HANDLERS[event.type]?.(event);
  const replied = event.type === "message" && event.message.thread_ts === store.state.place.thread;
  if (replied && !store.state.replies.length) loadReplies();
}
