/** Be one person in one place: load what that person sees there and keep address bar and cookie in step. */
import { api } from "./api.js";
import { appChannel, channel, currentChannel, isHome } from "./directory.js";
import { formatRoute, parseRoute, personaFromCookie, rememberPersona } from "./route.js";
import { store } from "./store.js";
import { toast } from "./toasts.js";
import { explain } from "./words.js";

export const me = () => store.state.place.me;

const complain = (error) => toast(explain(error), "problem");

/** Run a call for the person and turn its failure into a toast; gives null then. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    complain(error);
    return null;
  }
}

function isKnown(user) {
  return store.state.people.some(({ id }) => id === user);
}

/** Accept ids and short names (#ada) of people; fall back to the cookie and then to the first person. */
function knownPersona(word) {
  const byName = store.state.people.find(({ name }) => name === word)?.id;
  return (
    [word, byName, personaFromCookie(document.cookie)].find((user) => user && isKnown(user)) ??
    store.state.people[0].id
  );
}

export async function refreshWorkspace() {
  const user = me();
  const workspace = await attempt(() => api.workspace(user));
  if (!workspace || me() !== user) return;
  const { channels, home, commands, shortcuts, steps, view, stack } = workspace;
  const kept =
    view && store.state.modal?.view.id === view.id ? store.state.modal : { errors: {}, trouble: "" };
  store.set({ channels, home, commands, shortcuts, steps, modal: view && { ...kept, view, stack } });
}

async function loadMessages() {
  const user = me();
  const here = currentChannel();
  if (!here) return;
  const answer = await attempt(() => api.messages(user, here.id));
  if (!answer || me() !== user || currentChannel()?.id !== here.id) return;
  store.set({ messages: answer.messages, members: answer.members ?? [], loaded: `${user}/${here.id}` });
}

export async function loadReplies() {
  const { thread } = store.state.place;
  const here = currentChannel();
  if (!thread || !here) return store.set({ replies: [] });
  const answer = await attempt(() => api.replies(me(), here.id, thread));
  if (answer && store.state.place.thread === thread) store.set({ replies: answer.messages });
}

/** Clear the unread mark when the person really looks at the channel. */
export async function markRead() {
  const here = currentChannel();
  if (!here?.unread || isHome() || document.hidden) return;
  await attempt(() => api.read(me(), here.id));
  store.set({
    channels: store.state.channels.map((one) => (one.id === here.id ? { ...one, unread: 0 } : one)),
  });
}

async function loadPlace() {
  if (isHome()) await attempt(() => api.openHome(me()));
  else await loadMessages();
  await Promise.all([loadReplies(), markRead()]);
}

async function loadTraffic() {
  const answer = await attempt(() => api.traffic());
  if (answer) store.set({ traffic: answer.entries });
}

/** Read again everything on screen, once events flow: nothing between the first reading and now is missed. */
export async function refresh() {
  await refreshWorkspace();
  if (!isHome()) await loadMessages();
  await Promise.all([loadReplies(), markRead(), loadTraffic()]);
}

function firstPlace(place) {
  if (place.channel === "app" && appChannel()) return place;
  if (channel(place.channel)) return place;
  return { ...place, channel: store.state.channels[0]?.id ?? "", tab: "messages", thread: null };
}

const UNLOADED = { messages: [], members: [], replies: [], loaded: "" };
const STRANGER = { modal: null, channels: [], home: null };

async function arrive(place, { switched }) {
  const moved = switched || place.channel !== store.state.place.channel;
  store.set({ place, ...(moved ? UNLOADED : {}), ...(switched ? STRANGER : {}) });
  if (switched) {
    rememberPersona(place.me);
    await refreshWorkspace();
    if (me() !== place.me) return;
    store.set({ place: firstPlace(store.state.place) });
  }
  const hash = formatRoute(store.state.place);
  if (location.hash !== hash) history.replaceState(null, "", hash);
  await loadPlace();
}

/** Go somewhere: {me, channel, tab, thread}, each optional; leaves a step for the Back button. */
export function go(change) {
  const thread = "channel" in change || "me" in change || "tab" in change ? null : store.state.place.thread;
  const place = { ...store.state.place, thread, ...change };
  const switched = place.me !== store.state.place.me;
  if (formatRoute(place) !== location.hash) history.pushState(null, "", formatRoute(place));
  return arrive(place, { switched });
}

/** Take the place from the address bar, at the start and on Back or Forward. */
export function goToAddress() {
  const route = parseRoute(location.hash);
  const place = { ...route, me: knownPersona(route.me) };
  return arrive(store.state.channels.length ? firstPlace(place) : place, { switched: place.me !== me() });
}
