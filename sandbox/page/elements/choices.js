/** Draw radio buttons and checkboxes as a group of labelled native controls. */
import { freshId, h } from "../dom.js";
import { drawText } from "../text/draw.js";

function row(option, control) {
  const describe =
    option.description && h("span", { class: "option-description text" }, drawText(option.description));
  return h(
    "label",
    { class: "choice" },
    control,
    h("span", { class: "choice-words" }, h("span", { class: "text" }, drawText(option.text)), describe),
  );
}

/** Draw the options around one native input each; `pick` gets the options that are on. */
function group(element, { labels, data }, kind, chosen, pick) {
  const name = freshId(kind);
  const controls = element.options.map((option) =>
    h("input", {
      type: kind,
      name,
      value: option.value,
      checked: chosen.includes(option.value),
      data: { focus: `${data.blockId}/${data.actionId}/${option.value}` },
    }),
  );
  const read = () => element.options.filter((_, index) => controls[index].checked);
  const set = h(
    "div",
    { class: "choices", role: kind === "radio" ? "radiogroup" : "group", data, ...labels },
    element.options.map((option, index) => row(option, controls[index])),
  );
  set.addEventListener("change", async () => {
    if (await pick(read(), set)) return;
    for (const [index, { value }] of element.options.entries())
      controls[index].checked = chosen.includes(value);
  });
  return set;
}

export function radioButtons(element, context) {
  const { block, surface } = context;
  const { selected_option: chosen } = surface.form.value(block, element);
  return group(element, context, "radio", chosen ? [chosen.value] : [], ([option], set) =>
    surface.change(block, element, { selected_option: option ?? null }, set),
  );
}

export function checkboxes(element, context) {
  const { block, surface } = context;
  const { selected_options: chosen } = surface.form.value(block, element);
  return group(
    element,
    context,
    "checkbox",
    chosen.map(({ value }) => value),
    (options, set) => surface.change(block, element, { selected_options: options }, set),
  );
}
