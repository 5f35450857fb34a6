/** Draw a row of controls. */
import { h } from "../dom.js";
import { drawElement } from "../elements/render.js";

const row = (kind) => (block, surface) =>
  h(
    "div",
    { class: kind },
    block.elements.map((element) => drawElement(element, block, surface)),
  );

export const actions = row("actions");
export const contextActions = row("actions context-actions");
