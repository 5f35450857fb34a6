import assert from "node:assert/strict";
import { test } from "node:test";
import {
  initials,
  rows,
  withEntry,
  withMessage,
  withReplies,
  withoutMessage,
} from "../../../sandbox/page/records.js";

const message = (ts, more = {}) => ({ ts, user: "U1", ...more });
const stamps = (messages) => messages.map(({ ts }) => ts);
const day = (ts) => ts.split(".")[0].slice(0, 1);

test("a message arriving late stands where its ts says, and an edited one replaces itself", () => {
  const messages = withMessage([message("1.0"), message("3.0")], message("2.0"));
  assert.deepEqual(stamps(messages), ["1.0", "2.0", "3.0"]);
  assert.equal(
    withMessage(messages, message("2.0", { text: "new" })).find(({ ts }) => ts === "2.0").text,
    "new",
  );
});

test("a deleted message is gone, the others stay", () => {
  assert.deepEqual(stamps(withoutMessage([message("1.0"), message("2.0")], "1.0")), ["2.0"]);
});

test("replies are counted under the message that started the thread only", () => {
  const counted = withReplies([message("1.0"), message("2.0", { reply_count: 2 })], "2.0", 1);
  assert.deepEqual(
    counted.map(({ reply_count: count }) => count),
    [undefined, 3],
  );
});

test("a second message in one breath is compact; another person, a card, an ephemeral or a new day are not", () => {
  const compact = (...messages) => rows(messages, day).map((row) => row.compact);
  assert.deepEqual(compact(message("100.0"), message("110.0")), [false, true]);
  assert.deepEqual(compact(message("100.0"), message("110.0", { user: "U2" })), [false, false]);
  assert.deepEqual(compact(message("100.0"), message("110.0", { blocks: [{}] })), [false, false]);
  assert.deepEqual(compact(message("100.0"), message("110.0", { ephemeral: true })), [false, false]);
  assert.deepEqual(compact(message("199.0"), message("200.0")), [false, false]);
  assert.deepEqual(compact(message("100.0"), message("500.0", { user: "U1" })), [false, false]);
});

test("only the newest thousand entries are kept, each once", () => {
  const many = Array.from({ length: 1001 }, (_, index) => ({ n: index + 1 })).reduce(withEntry, []);
  assert.deepEqual([many.length, many[0].n], [1000, 2]);
  assert.equal(withEntry(many, { n: 500, status: "acked" }).filter(({ n }) => n === 500).length, 1);
});

test("initials are two letters at most", () => {
  assert.deepEqual(["Ada Lovelace", "Slackbot", "Anna von der Au", ""].map(initials), ["AL", "S", "AA", ""]);
});
