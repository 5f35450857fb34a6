/** Draw the blocks without controls. */
import { h } from "../dom.js";
import { picture } from "../elements/image.js";
import { drawMarkdown, drawPlain, drawText } from "../text/draw.js";

export const divider = () => h("hr");
export const header = ({ text }) => h("h3", {}, drawPlain(text));
export const markdown = ({ text }) => h("div", { class: "text prose" }, drawMarkdown(text));

export function image({ image_url: url, slack_file: file, alt_text: alt, title }) {
  return h(
    "figure",
    {},
    title && h("figcaption", { class: "text" }, drawText(title)),
    picture(url ?? file?.url, alt, "picture"),
  );
}
