/** Draw an alert: a coloured line with a sign, so that the level is not told by colour alone. */
import { h } from "../dom.js";
import { drawText } from "../text/draw.js";

const SIGNS = { default: "•", info: "ℹ", warning: "⚠", error: "⛔", success: "✓" };

export function alert({ text, level = "default" }) {
  const known = Object.hasOwn(SIGNS, level) ? level : "default";
  return h(
    "div",
    { class: `alert ${known}`, role: "note" },
    h(
      "span",
      { class: "sign", role: "img", "aria-label": known === "default" ? "note" : known },
      SIGNS[known],
    ),
    h("div", { class: "text" }, typeof text === "string" ? text : drawText(text)),
  );
}
