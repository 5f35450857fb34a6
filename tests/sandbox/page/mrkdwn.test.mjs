import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMrkdwn } from "../../../sandbox/page/text/mrkdwn.js";

const text = (words) => ({ type: "text", text: words });

test("bold, italic, strike and code are read where they stand as words", () => {
  assert.deepEqual(parseMrkdwn("*a* _b_ ~c~ `d`"), [
    { type: "bold", children: [text("a")] },
    text(" "),
    { type: "italic", children: [text("b")] },
    text(" "),
    { type: "strike", children: [text("c")] },
    text(" "),
    { type: "code", text: "d" },
  ]);
});

test("marks inside words and around spaces stay plain text", () => {
  for (const plain of [
    "snake_case_name",
    "2*3*4",
    "a * b * c",
    "gemini_api_key",
    "glob*all* x",
    "dunder_name_ x",
  ]) {
    assert.deepEqual(parseMrkdwn(plain), [text(plain)]);
  }
});

test("marks nest, but nothing is read inside code", () => {
  assert.deepEqual(parseMrkdwn("*a _b_*"), [
    { type: "bold", children: [text("a "), { type: "italic", children: [text("b")] }] },
  ]);
  assert.deepEqual(parseMrkdwn("`*a* <@U1>`"), [{ type: "code", text: "*a* <@U1>" }]);
});

test("links keep their label, lose the three escapes, and a bare one shows its address", () => {
  assert.deepEqual(parseMrkdwn("<https://a.test/?x=1&amp;y=2|Q&amp;A>"), [
    { type: "link", url: "https://a.test/?x=1&y=2", text: "Q&A" },
  ]);
  assert.deepEqual(parseMrkdwn("<https://a.test>"), [
    { type: "link", url: "https://a.test", text: "https://a.test" },
  ]);
});

test("escaped angle brackets are text, never a mention", () => {
  assert.deepEqual(parseMrkdwn("&lt;@U0ADA&gt; &lt;!channel&gt; &amp;lt;"), [
    text("<@U0ADA> <!channel> &lt;"),
  ]);
});

test("people, channels, groups and broadcasts are read from their ids", () => {
  const kinds = parseMrkdwn("<@U1><#C1|general><!subteam^S1|@team><!here>").map(({ type, id, range }) => [
    type,
    id ?? range,
  ]);
  assert.deepEqual(kinds, [
    ["user", "U1"],
    ["channel", "C1"],
    ["usergroup", "S1"],
    ["broadcast", "here"],
  ]);
});

test("a date keeps its moment, template, link and fallback apart", () => {
  assert.deepEqual(parseMrkdwn("<!date^1800000000^{date} at {time}^https://a.test|soon>"), [
    { type: "date", ts: 1800000000, template: "{date} at {time}", url: "https://a.test", fallback: "soon" },
  ]);
});

test("neighbouring quoted lines are one quote, in both spellings of the mark", () => {
  assert.deepEqual(parseMrkdwn("> a\n&gt; b\nc"), [
    { type: "quote", children: [text("a"), { type: "break" }, text("b")] },
    text("c"),
  ]);
});

test("a fence keeps its text untouched and swallows the line breaks at its edges", () => {
  assert.deepEqual(parseMrkdwn("x\n```\ncurl *a*\n  b\n```\ny"), [
    text("x"),
    { type: "preformatted", text: "curl *a*\n  b" },
    text("y"),
  ]);
});

test("emoji names are read, and a name stands alone between its colons", () => {
  assert.deepEqual(parseMrkdwn("ok :tada:"), [text("ok "), { type: "emoji", name: "tada" }]);
  assert.deepEqual(parseMrkdwn("reason: SERVICE_DISABLED"), [text("reason: SERVICE_DISABLED")]);
});

test("three thousand characters of marks are read in a blink", () => {
  const started = performance.now();
  parseMrkdwn("*_~`<:".repeat(500));
  assert.ok(performance.now() - started < 1000);
});
