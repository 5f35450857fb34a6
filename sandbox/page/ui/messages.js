/** Keep a list of messages on screen: changed ones are redrawn, the others stay as they are. */
import { currentChannel, isHome, person } from "../directory.js";
import { h } from "../dom.js";
import { rows } from "../records.js";
import { store } from "../store.js";
import { dayKey, dayName } from "../text/dates.js";
import { drawMessage } from "./message.js";

const NEAR_END = 120;
const drawn = new WeakMap();

const divider = (ts) =>
  h(
    "div",
    { class: "day", role: "separator", data: { key: `day-${dayKey(ts)}` } },
    h("span", {}, dayName(ts)),
  );

function keep(list, row, options) {
  const key = row.message.ts;
  const face = JSON.stringify([row.message, row.compact, options.channel, options.inThread]);
  const old = list.querySelector(`:scope > [data-ts="${CSS.escape(key)}"]`);
  if (old && drawn.get(old) === face) return old;
  const fresh = drawMessage(row.message, { ...options, compact: row.compact });
  drawn.set(fresh, face);
  return fresh;
}

/** Put the right children in the right order, moving as little as possible, so focus and spinners survive. */
function settle(list, wanted) {
  for (const old of [...list.children]) if (!wanted.includes(old)) old.remove();
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

export function showMessages(list, messages, options) {
  const scroller = list.closest(".scroller");
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
  const wanted = rows(messages, dayKey)
    .flatMap((row) => [
      row.newDay && !options.inThread ? divider(row.message.ts) : null,
      keep(list, row, options),
    ])
    .filter(Boolean);
  settle(list, wanted);
  if (atEnd || options.fresh) scroller.scrollTop = scroller.scrollHeight;
}

const EMPTY = {
  im: (one) => [
    `This is your conversation with ${person(one.with).real_name}.`,
    "Only the two of you can see it.",
  ],
  private: (one) => [`Welcome to #${one.name}`, "A private channel: only its members can see it."],
  public: (one) => [`Welcome to #${one.name}`, "Type / below to see what the app can do."],
};

function welcome(here) {
  const [title, words] = EMPTY[here.kind](here);
  return [h("h2", {}, title), h("p", { class: "quiet" }, words)];
}

export function startMessages() {
  const list = document.getElementById("messages");
  const intro = document.getElementById("intro");
  let shown = "";
  store.on(
    ["messages", "place", "notices", "channels", "people", "shortcuts"],
    ({ messages, notices, place, loaded }) => {
      const here = currentChannel();
      document.getElementById("channel-view").hidden = isHome() || !here;
      if (!here || isHome()) return;
      const key = `${place.me}/${here.id}`;
      intro.replaceChildren(...welcome(here));
      const all = [...messages, ...(notices[key] ?? [])].sort((a, b) => Number(a.ts) - Number(b.ts));
      list.setAttribute("aria-busy", String(loaded !== key));
      showMessages(list, all, { channel: here.id, fresh: shown !== `${key}/${loaded}` });
      shown = `${key}/${loaded}`;
    },
  );
}
