/** Jump with Ctrl+K or Cmd+K to a person or a place, or run a workflow that has a step of the app's. */
import { api } from "../api.js";
import { channelName, currentChannel } from "../directory.js";
import { h } from "../dom.js";
import { attempt, go, me } from "../session.js";
import { store } from "../store.js";

const startWorkflow = (callback) => attempt(() => api.workflow(me(), callback, currentChannel()?.id));

function targets({ people, channels, steps, bot }) {
  return [
    ...people.map(({ id, real_name: name, persona }) => ({
      words: `Be ${name}`,
      note: persona,
      change: { me: id },
    })),
    ...channels
      .filter((one) => one.with !== bot.user_id)
      .map((one) => ({
        words: `${one.kind === "im" ? "" : "#"}${channelName(one)}`,
        note: "go to",
        change: { channel: one.id, tab: "messages" },
      })),
    { words: `${bot.name}: Home`, note: "app", change: { channel: "app", tab: "home" } },
    { words: `${bot.name}: Messages`, note: "app", change: { channel: "app", tab: "messages" } },
    ...steps.map(({ callback_id: callback, title }) => ({
      words: `Run a workflow: ${title}`,
      note: "as me",
      run: () => startWorkflow(callback),
    })),
  ];
}

class Quick {
  #found = [];
  #at = 0;

  constructor(dialog) {
    this.dialog = dialog;
    this.input = dialog.querySelector("input");
    this.list = dialog.querySelector("[role=listbox]");
    this.input.addEventListener("input", () => this.#search());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }

  open() {
    this.input.value = "";
    this.#search();
    this.dialog.showModal();
  }

  #search() {
    const words = this.input.value.toLowerCase();
    this.#found = targets(store.state).filter((target) =>
      `${target.words} ${target.note}`.toLowerCase().includes(words),
    );
    this.#at = 0;
    this.#draw();
  }

  #draw() {
    this.list.replaceChildren(
      ...this.#found.map(({ words, note }, index) =>
        h(
          "div",
          {
            role: "option",
            id: `quick-${index}`,
            "aria-selected": String(index === this.#at),
            on: { click: () => this.#pick(index) },
          },
          h("span", {}, words),
          h("small", {}, note),
        ),
      ),
    );
    this.input.setAttribute("aria-activedescendant", this.#found.length ? `quick-${this.#at}` : "");
    this.list.children[this.#at]?.scrollIntoView({ block: "nearest" });
  }

  #pick(index) {
    this.dialog.close();
    const found = this.#found[index];
    if (found) found.run ? found.run() : go(found.change);
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#found.length) {
      event.preventDefault();
      this.#at = (this.#at + step + this.#found.length) % this.#found.length;
      this.#draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#pick(this.#at);
    }
  }
}

/** Stay shut while another dialog is open: switching under a modal would surprise. */
export function startQuick() {
  const quick = new Quick(document.getElementById("quick"));
  const open = () => document.querySelector("dialog[open]") || quick.open();
  document.getElementById("quick-open").addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
}
