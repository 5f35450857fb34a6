/** Draw an input block: label, control, hint, and the place where its error appears. */
import { freshId, h } from "../dom.js";
import { drawElement } from "../elements/render.js";
import { drawPlain } from "../text/draw.js";

const GROUPS = new Set(["radio_buttons", "checkboxes"]);

/** Tie label, hint and error to the control; `error-<block_id>` is filled when a submission is refused. */
export function input(block, surface) {
  const { label, hint, element, optional } = block;
  const id = freshId("input");
  const describedBy = [hint && `${id}-hint`, `error-${block.block_id}`].filter(Boolean).join(" ");
  const words = [drawPlain(label), optional && h("span", { class: "optional" }, " (optional)")];
  const grouped = GROUPS.has(element.type);
  const labels = grouped
    ? { id, "aria-labelledby": `${id}-label`, "aria-describedby": describedBy }
    : { id, "aria-describedby": describedBy, "aria-required": optional ? null : "true" };
  return [
    grouped
      ? h("span", { class: "label", id: `${id}-label` }, words)
      : h("label", { class: "label", for: id }, words),
    drawElement(element, block, surface, labels),
    h("p", { class: "error", id: `error-${block.block_id}`, data: { testid: "field-error" }, hidden: true }),
    hint && h("p", { class: "hint", id: `${id}-hint` }, drawPlain(hint)),
  ];
}

/** Show the errors of a view under its fields and go to the first of them. */
export function showErrors(root, errors) {
  for (const place of root.querySelectorAll(".block-input .error")) {
    const text = errors[place.id.slice("error-".length)];
    const control = place.parentElement.querySelector("[data-action-id]");
    place.textContent = text ?? "";
    place.hidden = !text;
    if (text) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  }
  const first = root.querySelector("[aria-invalid]");
  (first?.matches("input, select, textarea") ? first : first?.querySelector("input"))?.focus();
}
