/** Offer slash commands above the composer; arrow keys choose, Tab or Enter completes, Esc puts it away. */
import { h } from "../dom.js";
import { enterCompletes, suggestions } from "../slash.js";

export class Autocomplete {
  #offers = [];
  #at = -1;

  constructor(input, list, commands) {
    this.input = input;
    this.list = list;
    this.commands = commands;
    input.addEventListener("input", () => this.#offer());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.hide());
  }

  hide() {
    this.#offers = [];
    this.#draw();
  }

  #offer() {
    const text = this.input.value;
    this.#offers = suggestions(text, this.commands());
    this.#at = enterCompletes(text, this.commands()) ? 0 : -1;
    this.#draw();
  }

  #draw() {
    const rows = this.#offers.map(({ title, hint, note }, index) =>
      h(
        "div",
        {
          role: "option",
          id: `${this.list.id}-${index}`,
          "aria-selected": String(index === this.#at),
          on: { pointerdown: (event) => this.#complete(event, index) },
        },
        h(
          "span",
          { class: "offer" },
          h("strong", {}, title),
          hint && h("span", { class: "quiet" }, ` ${hint}`),
        ),
        note && h("small", {}, note),
      ),
    );
    this.list.replaceChildren(...rows);
    this.list.hidden = !rows.length;
    this.input.setAttribute("aria-expanded", String(Boolean(rows.length)));
    if (this.#at >= 0 && rows.length)
      this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.#at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #complete(event, index) {
    event.preventDefault();
    this.input.value = this.#offers[index].insert;
    this.input.dispatchEvent(new Event("input"));
  }

  #key(event) {
    if (!this.#offers.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.#at =
        this.#at < 0 && step < 0
          ? this.#offers.length - 1
          : (this.#at + step + this.#offers.length) % this.#offers.length;
      this.#draw();
    } else if (event.key === "Tab" && !event.shiftKey) this.#complete(event, Math.max(this.#at, 0));
    else if (event.key === "Enter" && this.#at >= 0) this.#complete(event, this.#at);
    else if (event.key === "Escape") {
      event.preventDefault();
      this.hide();
    }
  }
}
