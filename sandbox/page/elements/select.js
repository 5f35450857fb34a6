/** Draw a select whose options are known as the browser's own select. */
import { h } from "../dom.js";
import { wordsOf } from "../text/draw.js";
import { valueField } from "../values.js";
import { choicesOf, groupsOf } from "./options.js";

function optionsOf(group, chosen) {
  const options = group.choices.map(({ value, words }) =>
    h("option", { value, selected: value === chosen }, words),
  );
  return group.label ? [h("optgroup", { label: group.label }, options)] : options;
}

export function select(element, { block, surface, labels, data }) {
  const field = valueField(element.type);
  const held = surface.form.value(block, element)[field];
  const chosen = held?.value ?? held ?? "";
  const placeholder = wordsOf(element.placeholder) || "Choose an option";
  const change = async ({ currentTarget }) => {
    const choice = choicesOf(element).find(({ value }) => value === currentTarget.value);
    const went = await surface.change(block, element, { [field]: choice?.payload ?? null }, currentTarget);
    if (!went) control.value = chosen;
  };
  const control = h(
    "select",
    { class: "field", data, "aria-label": labels.id ? null : placeholder, ...labels, on: { change } },
    h("option", { value: "", selected: chosen === "", disabled: !block.optional }, placeholder),
    groupsOf(element).map((group) => optionsOf(group, chosen)),
  );
  return h("span", { class: "select" }, control);
}
