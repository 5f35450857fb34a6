/** Draw a context line: small words and small pictures. */
import { h } from "../dom.js";
import { picture } from "../elements/image.js";
import { drawText } from "../text/draw.js";

export function context({ elements }) {
  return h(
    "div",
    { class: "context" },
    elements.map((element) =>
      element.type === "image"
        ? picture(element.image_url, element.alt_text, "context-image")
        : h("span", { class: "text" }, drawText(element)),
    ),
  );
}
