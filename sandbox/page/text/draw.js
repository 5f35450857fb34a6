/** Draw trees of text nodes (from mrkdwn, Markdown and rich_text) as elements. */
import { channel, channelName, language, person } from "../directory.js";
import { h } from "../dom.js";
import { fillDate, fullMoment } from "./dates.js";
import { unescape } from "./entities.js";
import { emoji, withEmoji } from "./emoji.js";
import { safeUrl } from "./links.js";
import { parseMarkdown } from "./markdown.js";
import { parseMrkdwn } from "./mrkdwn.js";

/** Draw a link, or its bare words when the address is not one the page may follow. */
export function link(url, ...children) {
  const href = safeUrl(url);
  if (!href)
    return h("span", { class: "dead-link", title: "This address is not http or https" }, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function date({ ts, template, url, fallback }) {
  const words = Number.isFinite(ts) && template ? fillDate(ts, template, new Date(), language()) : fallback;
  const shown = h(
    "time",
    Number.isFinite(ts) ? { title: fullMoment(ts), datetime: new Date(ts * 1000).toISOString() } : {},
    words,
  );
  return url ? link(url, shown) : shown;
}

const mention = (words) => h("span", { class: "mention" }, words);
const list = (children, start) => h(start === null ? "ul" : "ol", start ? { start } : {}, children);

const DRAW = {
  text: ({ text }) => text,
  break: () => h("br"),
  bold: ({ children }) => h("strong", {}, draw(children)),
  italic: ({ children }) => h("em", {}, draw(children)),
  strike: ({ children }) => h("s", {}, draw(children)),
  code: ({ text }) => h("code", {}, text),
  preformatted: ({ text }) => h("pre", { tabIndex: 0 }, text),
  quote: ({ children }) => h("blockquote", {}, draw(children)),
  paragraph: ({ children }) => h("p", {}, draw(children)),
  heading: ({ level, children }) => h(`h${Math.min(level + 2, 6)}`, {}, draw(children)),
  rule: () => h("hr"),
  list: ({ ordered, items }) =>
    list(
      items.map(({ indent, children }) => h("li", { vars: { "--indent": indent } }, draw(children))),
      ordered ? 1 : null,
    ),
  link: ({ url, text }) => link(url, withEmoji(text)),
  emoji: ({ name }) =>
    h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") }, emoji(name)),
  user: ({ id }) => mention(`@${person(id).real_name}`),
  channel: ({ id, label }) => mention(`#${label || channelName(channel(id)) || id}`),
  usergroup: ({ id, label }) => mention(label || `@${id}`),
  broadcast: ({ range }) => mention(`@${range}`),
  date,
};

export function draw(nodes) {
  return nodes.map((node) => DRAW[node.type](node));
}

export const drawMrkdwn = (text) => draw(parseMrkdwn(text ?? ""));
export const drawMarkdown = (text) => draw(parseMarkdown(text ?? ""));

/** Draw plain_text: the short names of emoji are the only thing it knows. */
export const drawPlain = ({ text, emoji: wanted = true }) =>
  wanted ? withEmoji(unescape(text)) : unescape(text);

/** Draw a text object of Block Kit. */
export const drawText = (text) => (text.type === "mrkdwn" ? drawMrkdwn(text.text) : [drawPlain(text)]);

/** Give the bare words of a text object, for labels that are read aloud. */
export const wordsOf = (text) => withEmoji(unescape(text?.text ?? ""));
