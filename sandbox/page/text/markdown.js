/** Read the Markdown of a `markdown` block into the same tree as mrkdwn, plus headings, lists, rules. */
const LINE = [
  {
    pattern: /^(#{1,6})\s+(.+)$/,
    node: ([, marks, text]) => ({ type: "heading", level: marks.length, children: spans(text) }),
  },
  { pattern: /^\s*(?:-{3,}|\*{3,})\s*$/, node: () => ({ type: "rule" }) },
];
const ITEM = /^(\s*)(?:[-*+]|(\d+)\.)\s+(.+)$/;

const SPAN = [
  { pattern: /^`([^`]+)`/, node: ([, text]) => ({ type: "code", text }) },
  { pattern: /^\*\*(.+?)\*\*/, node: ([, text]) => ({ type: "bold", children: spans(text) }) },
  { pattern: /^~~(.+?)~~/, node: ([, text]) => ({ type: "strike", children: spans(text) }) },
  { pattern: /^\*([^*\s][^*]*)\*/, node: ([, text]) => ({ type: "italic", children: spans(text) }) },
  {
    pattern: /^_([^_\s][^_]*)_(?![\p{L}\p{N}])/u,
    node: ([, text]) => ({ type: "italic", children: spans(text) }),
  },
  { pattern: /^\[([^\]]+)\]\(([^)\s]+)\)/, node: ([, text, url]) => ({ type: "link", url, text }) },
  { pattern: /^:([a-z0-9_+-]+):/, node: ([, name]) => ({ type: "emoji", name }) },
];

function spans(text) {
  const nodes = [];
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const rule = SPAN.find(({ pattern }) => pattern.test(rest));
    const found = rule?.pattern.exec(rest);
    if (found) nodes.push(rule.node(found));
    else if (nodes.at(-1)?.type === "text") nodes.at(-1).text += text[at];
    else nodes.push({ type: "text", text: text[at] });
    at += found ? found[0].length : 1;
  }
  return nodes;
}

function fence(lines) {
  const end = lines.findIndex((line, index) => index > 0 && line.startsWith("```"));
  const taken = end < 0 ? lines.length : end + 1;
  return {
    node: { type: "preformatted", text: lines.slice(1, end < 0 ? undefined : end).join("\n") },
    taken,
  };
}

const run = (lines, test) => {
  const end = lines.findIndex((line) => !test(line));
  return end < 0 ? lines.length : end;
};

function list(lines) {
  const taken = run(lines, (line) => ITEM.test(line));
  const items = lines.slice(0, taken).map((line) => ITEM.exec(line));
  const children = items.map(([, indent, , text]) => ({
    indent: Math.floor(indent.length / 2),
    children: spans(text),
  }));
  return { node: { type: "list", ordered: items[0][2] !== undefined, items: children }, taken };
}

function quote(lines) {
  const taken = run(lines, (line) => line.startsWith(">"));
  return {
    node: {
      type: "quote",
      children: spans(
        lines
          .slice(0, taken)
          .map((line) => line.replace(/^>\s?/, ""))
          .join("\n"),
      ),
    },
    taken,
  };
}

const opens = (line) =>
  line.startsWith("```") ||
  line.startsWith(">") ||
  ITEM.test(line) ||
  LINE.some(({ pattern }) => pattern.test(line));

function paragraph(lines) {
  const taken = 1 + run(lines.slice(1), (line) => line.trim() && !opens(line));
  return { node: { type: "paragraph", children: spans(lines.slice(0, taken).join("\n")) }, taken };
}

function next(lines) {
  if (lines[0].startsWith("```")) return fence(lines);
  if (lines[0].startsWith(">")) return quote(lines);
  const rule = LINE.find(({ pattern }) => pattern.test(lines[0]));
  if (rule) return { node: rule.node(rule.pattern.exec(lines[0])), taken: 1 };
  return ITEM.test(lines[0]) ? list(lines) : paragraph(lines);
}

export function parseMarkdown(text) {
  const nodes = [];
  let lines = text.split("\n");
  while (lines.length) {
    if (!lines[0].trim()) {
      lines = lines.slice(1);
      continue;
    }
    const { node, taken } = next(lines);
    nodes.push(node);
    lines = lines.slice(taken);
  }
  return nodes;
}
