/** Show a thread beside the channel. */
import { channelName, currentChannel, isHome } from "../directory.js";
import { go } from "../session.js";
import { store } from "../store.js";
import { startComposer } from "./composer.js";
import { showMessages } from "./messages.js";

export function startThread() {
  const panel = document.getElementById("thread");
  const list = document.getElementById("replies");
  document.getElementById("thread-close").addEventListener("click", () => go({ thread: null }));
  startComposer(document.getElementById("thread-composer"), { thread: () => store.state.place.thread });
  let before = null;
  store.on(["replies", "place", "channels"], ({ replies, place }) => {
    const here = currentChannel();
    panel.hidden = !place.thread || !here || isHome();
    document.body.classList.toggle("has-thread", !panel.hidden);
    if (panel.hidden) return;
    document.getElementById("thread-where").textContent =
      here.kind === "im" ? channelName(here) : `#${channelName(here)}`;
    showMessages(list, replies, { channel: here.id, inThread: true });
    if (before !== place.thread) panel.querySelector("textarea").focus();
    before = place.thread;
  });
  store.on(["place"], ({ place }) => {
    if (!place.thread) before = null;
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) go({ thread: null });
  });
}
