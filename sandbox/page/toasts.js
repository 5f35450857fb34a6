/** Say something in the corner for a few seconds; it is read aloud politely. */
import { h } from "./dom.js";

const SECONDS = { info: 5, problem: 9 };
const MOST = 4;

/** Bring the shelf above an open dialog: what was shown last lies on top. */
function raise(shelf) {
  if (shelf.matches(":popover-open")) shelf.hidePopover();
  shelf.showPopover();
}

export function toast(text, kind = "info") {
  const shelf = document.getElementById("toasts");
  const close = h(
    "button",
    { class: "icon-button", type: "button", "aria-label": "Dismiss", on: { click: () => note.remove() } },
    "×",
  );
  const note = h("div", { class: `toast ${kind}`, data: { testid: "toast" } }, h("span", {}, text), close);
  shelf.append(note);
  raise(shelf);
  while (shelf.children.length > MOST) shelf.firstElementChild.remove();
  setTimeout(() => note.remove(), SECONDS[kind] * 1000);
}
