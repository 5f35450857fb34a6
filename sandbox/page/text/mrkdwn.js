/** Read Slack's mrkdwn into a tree of plain objects; drawing it is another file's work. */
import { readAngle } from "./angle.js";
import { unescape } from "./entities.js";

const FENCE = /```\n?([\s\S]*?)\n?```/g;
const QUOTED = /^(?:>|&gt;)\s?/;

const INLINE = [
  { pattern: /^`([^`\n]+)`/, node: ([, text]) => ({ type: "code", text: unescape(text) }) },
  { pattern: /^<([^<>\n]+)>/, node: ([, inside]) => readAngle(inside) },
  { pattern: /^:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/, node: ([, name]) => ({ type: "emoji", name }) },
  {
    pattern: /^\*(?![\s*])([^*\n]*[^\s*])\*(?![\p{L}\p{N}])/u,
    word: true,
    node: ([, text]) => ({ type: "bold", children: inline(text) }),
  },
  {
    pattern: /^_(?![\s_])([^\n]*?[^\s_])_(?![\p{L}\p{N}_])/u,
    word: true,
    node: ([, text]) => ({ type: "italic", children: inline(text) }),
  },
  {
    pattern: /^~(?![\s~])([^~\n]*[^\s~])~(?![\p{L}\p{N}])/u,
    word: true,
    node: ([, text]) => ({ type: "strike", children: inline(text) }),
  },
  { pattern: /^\n/, node: () => ({ type: "break" }) },
];

const MARKS = new Set("`<:*_~\n");
const INSIDE_WORD = /[\p{L}\p{N}]/u;

function match(text, at) {
  if (!MARKS.has(text[at])) return null;
  const rest = text.slice(at);
  for (const rule of INLINE) {
    const found = rule.pattern.exec(rest);
    if (found && !(rule.word && INSIDE_WORD.test(text[at - 1] ?? "")))
      return { node: rule.node(found), length: found[0].length };
  }
  return null;
}

/** Read one run of text without quotes and fences. */
export function inline(text) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push({ type: "text", text: unescape(plain) });
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const found = match(text, at);
    if (found) {
      flush();
      nodes.push(found.node);
    } else plain += text[at];
    at += found?.length ?? 1;
  }
  flush();
  return nodes;
}

/** Gather neighbouring quoted lines into one quote. */
function paragraphs(text) {
  const groups = [];
  for (const line of text.split("\n")) {
    const quoted = QUOTED.test(line);
    const last = groups.at(-1);
    const words = line.replace(QUOTED, (mark) => (quoted ? "" : mark));
    if (last && last.quoted === quoted) last.lines.push(words);
    else groups.push({ quoted, lines: [words] });
  }
  return groups.flatMap(({ quoted, lines }, index) => {
    const children = inline(lines.join("\n"));
    if (quoted) return [{ type: "quote", children }];
    return index && groups[index - 1].quoted === false ? [{ type: "break" }, ...children] : children;
  });
}

export function parseMrkdwn(text) {
  const nodes = [];
  let at = 0;
  for (const fence of text.matchAll(FENCE)) {
    if (fence.index > at) nodes.push(...paragraphs(text.slice(at, fence.index).replace(/\n$/, "")));
    nodes.push({ type: "preformatted", text: unescape(fence[1]) });
    at = fence.index + fence[0].length;
  }
  const rest = at ? text.slice(at).replace(/^\n/, "") : text;
  if (rest) nodes.push(...paragraphs(rest));
  return nodes;
}
