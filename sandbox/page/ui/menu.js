/** Open a small menu under a button; arrow keys move, Esc closes, the focus returns to the button. */
import { h } from "../dom.js";

function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8));
  const below = box.bottom + 4 + menu.offsetHeight < innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - menu.offsetHeight - 4)}px`;
}

function onKeys(menu, close) {
  return (event) => {
    const items = [...menu.querySelectorAll("[role=menuitem]")];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") close();
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
    if (to === undefined) return;
    event.preventDefault();
    items.at(to % items.length).focus();
  };
}

/** `items` are {words, note?, pick}. A menu inside a dialog must stand in that dialog to lie on top of it. */
export function openMenu(anchor, items) {
  const host = anchor.closest("dialog") ?? document.body;
  const close = () => {
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    anchor.focus({ preventScroll: true });
  };
  const outside = ({ target }) => menu.contains(target) || close();
  const menu = h(
    "div",
    { class: "menu", role: "menu" },
    items.map(({ words, note, pick }) =>
      h(
        "button",
        { type: "button", role: "menuitem", tabIndex: -1, on: { click: () => (close(), pick()) } },
        h("span", {}, words),
        note && h("small", {}, note),
      ),
    ),
  );
  menu.addEventListener("keydown", onKeys(menu, close));
  host.append(menu);
  place(menu, anchor);
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  menu.querySelector("[role=menuitem]")?.focus();
}
