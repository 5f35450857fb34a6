import assert from "node:assert/strict";
import { test } from "node:test";
import { enterCompletes, hintWords, refusal, suggestions } from "../../../sandbox/page/slash.js";

const COMMANDS = [
  { command: "/gemini-key", description: "Keys", usage_hint: "request | list | why-403 [error] | help" },
];
const offered = (text) => suggestions(text, COMMANDS).map(({ insert }) => insert);

test("a slash offers every command with its words of help", () => {
  assert.deepEqual(suggestions("/", COMMANDS), [
    { insert: "/gemini-key ", title: "/gemini-key", hint: COMMANDS[0].usage_hint, note: "Keys" },
  ]);
});

test("after the command its own words are offered, and the finished one no more", () => {
  assert.deepEqual(offered("/gemini-key re"), ["/gemini-key request"]);
  assert.deepEqual(offered("/gemini-key why"), ["/gemini-key why-403 "]);
  assert.deepEqual(offered("/gemini-key request"), []);
  assert.deepEqual(offered("/gemini-key request acme"), []);
});

test("ordinary words and unknown commands offer nothing", () => {
  assert.deepEqual([offered("hello"), offered("/nope"), offered("/nope re")], [[], [], []]);
});

test("Enter completes a half-typed command and sends a whole one", () => {
  assert.deepEqual(
    ["/ge", "/gemini-key", "/gemini-key re", "hi"].map((text) => enterCompletes(text, COMMANDS)),
    [true, false, false, false],
  );
});

test("unknown commands are refused, and known ones inside threads, as in Slack", () => {
  assert.equal(refusal("/nope x", COMMANDS, false), "/nope is not a valid command.");
  assert.match(refusal("/gemini-key list", COMMANDS, true), /not supported in threads/);
  assert.equal(refusal("/gemini-key list", COMMANDS, false), null);
  assert.equal(refusal("hello / world", COMMANDS, true), null);
});

test("a usage hint without bars is one word", () => {
  assert.deepEqual(hintWords("status"), [{ word: "status", hint: "status" }]);
  assert.deepEqual(hintWords(undefined), []);
});
