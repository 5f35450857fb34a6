/** Listen to the server's events for one person; come back after a break and read again what was missed. */
import { applyEvent } from "./events.js";
import { refresh } from "./session.js";
import { store } from "./store.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
let source = null;
let wait = FIRST_WAIT_MS;
let timer = 0;

function opened() {
  wait = FIRST_WAIT_MS;
  store.set({ online: true });
  refresh();
}

/** EventSource gives up by itself on an HTTP error, so the waiting is done here for every kind of break. */
function lost(user) {
  source.close();
  store.set({ online: false });
  clearTimeout(timer);
  timer = setTimeout(() => listen(user), wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

function listen(user) {
  source?.close();
  clearTimeout(timer);
  const mine = new EventSource(`/page/events?as=${encodeURIComponent(user)}`);
  source = mine;
  mine.addEventListener("open", opened);
  mine.addEventListener("message", ({ data }) => source === mine && applyEvent(JSON.parse(data)));
  mine.addEventListener("error", () => source === mine && lost(user));
}

/** Follow the persona: one connection at a time, because browsers allow six per address. */
export function followPersona() {
  let listening = "";
  store.on(["place"], ({ place }) => {
    if (!place.me || place.me === listening) return;
    listening = place.me;
    listen(listening);
  });
}
