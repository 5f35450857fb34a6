import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMarkdown } from "../../../sandbox/page/text/markdown.js";

const text = (words) => ({ type: "text", text: words });

test("headings, rules and paragraphs stand apart", () => {
  assert.deepEqual(parseMarkdown("## Help\nfirst\nsecond\n\n---\nlast"), [
    { type: "heading", level: 2, children: [text("Help")] },
    { type: "paragraph", children: [text("first\nsecond")] },
    { type: "rule" },
    { type: "paragraph", children: [text("last")] },
  ]);
});

test("lists know their order and their depth", () => {
  const [bullets, numbers] = parseMarkdown("- a\n  - b\n\n1. c");
  assert.deepEqual([bullets.ordered, bullets.items.map(({ indent }) => indent)], [false, [0, 1]]);
  assert.equal(numbers.ordered, true);
});

test("two stars are bold, one is italic, and links carry their address", () => {
  assert.deepEqual(parseMarkdown("**a** *b* [c](https://d.test)")[0].children, [
    { type: "bold", children: [text("a")] },
    text(" "),
    { type: "italic", children: [text("b")] },
    text(" "),
    { type: "link", url: "https://d.test", text: "c" },
  ]);
});

test("a fence that is never closed runs to the end", () => {
  assert.deepEqual(parseMarkdown("```sh\na\n\n# b"), [{ type: "preformatted", text: "a\n\n# b" }]);
});
