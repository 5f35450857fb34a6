/** Be the list under a combobox: find, move with the arrow keys, pick with Enter. */
import { freshId, h } from "../dom.js";

export class ChoiceList {
  #choices = [];
  #at = -1;
  #asked = 0;

  constructor(input, { find, pick }) {
    this.input = input;
    this.find = find;
    this.pick = pick;
    this.element = h("div", {
      class: "choice-list",
      role: "listbox",
      id: freshId("listbox"),
      hidden: true,
      "aria-label": "Options",
    });
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-controls": this.element.id,
      "aria-expanded": "false",
    })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Ask for choices; an answer that was overtaken by later typing is dropped. */
  async show(typed = this.input.value.trim()) {
    this.#asked += 1;
    const question = this.#asked;
    this.input.setAttribute("aria-busy", "true");
    const choices = await this.find(typed);
    this.input.removeAttribute("aria-busy");
    if (question !== this.#asked || document.activeElement !== this.input) return;
    this.#choices = choices;
    this.#at = choices.length ? 0 : -1;
    this.#draw();
  }

  hide() {
    this.#asked += 1;
    this.#choices = [];
    this.#at = -1;
    this.#draw();
  }

  #draw() {
    const options = this.#choices.map(({ words, note }, index) =>
      h(
        "div",
        {
          role: "option",
          id: `${this.element.id}-${index}`,
          "aria-selected": String(index === this.#at),
          on: { pointerdown: (event) => this.#choose(event, index) },
        },
        h("span", {}, words),
        note && h("small", {}, note),
      ),
    );
    this.element.replaceChildren(...options);
    const opens = this.element.hidden && options.length > 0;
    this.element.hidden = !options.length;
    if (opens) this.element.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-expanded", String(Boolean(options.length)));
    this.input.setAttribute("aria-activedescendant", this.#at < 0 ? "" : `${this.element.id}-${this.#at}`);
    options[this.#at]?.scrollIntoView({ block: "nearest" });
  }

  #choose(event, index) {
    event.preventDefault();
    const choice = this.#choices[index];
    this.hide();
    if (choice) this.pick(choice);
  }

  #key(event) {
    if (!this.#choices.length) return event.key === "ArrowDown" ? void this.show() : undefined;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.#at = (this.#at + step + this.#choices.length) % this.#choices.length;
      this.#draw();
    } else if (event.key === "Enter") this.#choose(event, this.#at);
    else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    }
    return undefined;
  }
}
