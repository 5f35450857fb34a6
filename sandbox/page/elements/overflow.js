/** Draw an overflow menu: a button with "…" that opens a list of options. */
import { freshId, h } from "../dom.js";
import { drawPlain } from "../text/draw.js";
import { safeUrl } from "../text/links.js";
import { openMenu } from "../ui/menu.js";

function item(element, option, { block, surface }, control) {
  const href = option.url && safeUrl(option.url);
  const pick = () => {
    if (href) window.open(href, "_blank", "noopener,noreferrer");
    surface.act(block, element, { selected_option: option }, control);
  };
  return { words: drawPlain(option.text), note: option.description && drawPlain(option.description), pick };
}

export function overflow(element, context) {
  const open = ({ currentTarget }) =>
    openMenu(
      currentTarget,
      element.options.map((option) => item(element, option, context, currentTarget)),
    );
  return h(
    "button",
    {
      type: "button",
      class: "button more",
      id: freshId("overflow"),
      "aria-label": element.accessibility_label ?? "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      data: context.data,
      on: { click: open },
    },
    "⋯",
  );
}
