/** Draw a select one types into: external ones ask the app, multi ones keep their choices as chips. */
import { freshId, h } from "../dom.js";
import { wordsOf } from "../text/draw.js";
import { valueField } from "../values.js";
import { ChoiceList } from "./choice_list.js";
import { choiceOf, choicesOf, optionChoices } from "./options.js";

const TYPING_MS = 200;

/** Give a function that finds choices for the words typed so far. */
function finder(element, { block, surface }) {
  if (element.type.endsWith("external_select")) {
    const least = element.min_query_length ?? 3;
    return async (typed) =>
      typed.length < least ? [] : optionChoices(await surface.options(block, element, typed));
  }
  const all = choicesOf(element);
  return async (typed) => all.filter(({ words }) => words.toLowerCase().includes(typed.toLowerCase()));
}

function chip({ words }, remove) {
  return h(
    "span",
    { class: "chip" },
    words,
    h("button", { type: "button", "aria-label": `Remove ${words}`, on: { click: remove } }, "×"),
  );
}

function delayed(work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, TYPING_MS);
  };
}

export function combobox(element, context) {
  const { block, surface, labels, data } = context;
  const field = valueField(element.type);
  const many = element.type.startsWith("multi_");
  const find = finder(element, context);
  const held = () =>
    [surface.form.value(block, element)[field]]
      .flat()
      .filter(Boolean)
      .map((value) => choiceOf(element, value));
  const chips = h("span", { class: "chips" });
  const id = labels.id ?? freshId("combobox");
  const placeholder = wordsOf(element.placeholder) || "Type to search";
  const input = h("input", {
    "aria-label": labels.id ? null : placeholder,
    ...labels,
    id,
    type: "text",
    class: "field",
    placeholder,
    autocomplete: "off",
    data,
  });

  async function keep(choices) {
    const payloads = choices.map(({ payload }) => payload);
    await surface.change(block, element, { [field]: many ? payloads : (payloads[0] ?? null) }, input);
    show();
  }
  function show() {
    const now = held();
    if (many)
      chips.replaceChildren(
        ...now.map((choice) =>
          chip(choice, () => keep(held().filter(({ value }) => value !== choice.value))),
        ),
      );
    input.value = many ? "" : (now[0]?.words ?? "");
  }
  const pick = (choice) =>
    keep(
      many
        ? [...held().filter(({ value }) => value !== choice.value), choice].slice(
            0,
            element.max_selected_items,
          )
        : [choice],
    );
  const list = new ChoiceList(input, { find, pick });
  const clears = () => !many && !input.value && held().length && keep([]);
  input.addEventListener(
    "input",
    delayed(() => (clears(), list.show())),
  );
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => list.show(""));
  input.addEventListener("blur", () => (list.hide(), show()));
  show();
  return h("span", { class: "combobox" }, chips, input, list.element);
}
