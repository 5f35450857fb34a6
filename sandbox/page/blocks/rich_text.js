/** Draw rich_text: sections, lists, quotes and preformatted text made of styled pieces. */
import { h } from "../dom.js";
import { draw, link } from "../text/draw.js";

const PIECES = {
  text: ({ text }) => text,
  link: ({ url, text }) => link(url, text ?? url),
  emoji: ({ name }) => draw([{ type: "emoji", name }]),
  user: ({ user_id: id }) => draw([{ type: "user", id }]),
  usergroup: ({ usergroup_id: id }) => draw([{ type: "usergroup", id }]),
  channel: ({ channel_id: id }) => draw([{ type: "channel", id }]),
  broadcast: ({ range }) => draw([{ type: "broadcast", range }]),
  date: ({ timestamp, format, url, fallback }) =>
    draw([{ type: "date", ts: timestamp, template: format, url, fallback: fallback ?? "" }]),
  color: ({ value }) => h("code", {}, value),
};
const STYLES = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" };

function piece(element) {
  const bare = (PIECES[element.type] ?? (() => `[${element.type}]`))(element);
  const worn = Object.keys(STYLES).filter((style) => element.style?.[style]);
  return worn.reduce((inner, style) => h(STYLES[style], {}, inner), bare);
}

const pieces = ({ elements }) => elements.map(piece);

function list({ elements, style, indent = 0, offset = 0 }) {
  const items = elements.map((item) => h("li", {}, pieces(item)));
  return h(
    style === "ordered" ? "ol" : "ul",
    { start: offset ? offset + 1 : null, vars: { "--indent": indent } },
    items,
  );
}

const PARTS = {
  rich_text_section: (part) => h("div", {}, pieces(part)),
  rich_text_list: list,
  rich_text_quote: (part) => h("blockquote", {}, pieces(part)),
  rich_text_preformatted: (part) => h("pre", { tabIndex: 0 }, pieces(part)),
};

export function richText({ elements }) {
  return h(
    "div",
    { class: "text rich" },
    elements.map((part) => (PARTS[part.type] ?? (() => h("span", { class: "unknown" }, part.type)))(part)),
  );
}
