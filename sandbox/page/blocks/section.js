/** Draw a section: text, up to ten fields, and one control at its side. */
import { h } from "../dom.js";
import { drawElement } from "../elements/render.js";
import { drawText, wordsOf } from "../text/draw.js";

export function section(block, surface) {
  const { text, fields, accessory } = block;
  const side = accessory && drawElement(accessory, block, surface, sideLabels(accessory, text));
  return h(
    "div",
    { class: `section${accessory ? " with-accessory" : ""}` },
    h(
      "div",
      { class: "section-words" },
      text && h("div", { class: "text" }, drawText(text)),
      fields &&
        h(
          "div",
          { class: "fields" },
          fields.map((field) => h("div", { class: "text" }, drawText(field))),
        ),
    ),
    side && h("div", { class: "accessory" }, side),
  );
}

/** Name a control without a label after its placeholder or the section's words. */
function sideLabels({ type, placeholder }, text) {
  if (type === "button" || type === "image" || type === "overflow") return {};
  return { "aria-label": wordsOf(placeholder) || wordsOf(text).slice(0, 80) };
}
