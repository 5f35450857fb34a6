import assert from "node:assert/strict";
import { test } from "node:test";
import { isClocked, isFine, pieces, used, visible } from "../../../sandbox/page/inspector.js";
import { progress } from "../../../sandbox/page/story.js";

const entry = (kind, more = {}) => ({
  kind,
  direction: "slack→bot",
  status: "sent",
  title: "",
  ms: 0,
  ...more,
});
const press = (user, action_id) =>
  entry("block_actions", {
    request: {
      envelope_id: "e",
      payload: { user: { id: user }, actions: [{ action_id, text: { text: "x" } }] },
    },
  });
const asked = entry("view_submission", { request: { payload: { user: { id: "U0ADA" } } } });

test("the coloured pieces of JSON are together exactly the pretty JSON", () => {
  const value = { 'a"b': [1, -2.5e3, true, null, "x: {y}"], c: {} };
  assert.equal(
    pieces(value)
      .map(([, text]) => text)
      .join(""),
    JSON.stringify(value, null, 2),
  );
  assert.deepEqual(
    pieces({ k: "v" }).filter(([kind]) => kind),
    [
      ["json-key", '"k"'],
      ["json-string", '"v"'],
    ],
  );
});

test("filters show a direction, the trouble, or what has the words", () => {
  const entries = [
    entry("command", { title: "/gemini-key" }),
    entry("ack", { direction: "bot→slack", status: "operation_timeout" }),
    entry("web_api", { direction: "bot→slack", status: "ok", title: "chat.update" }),
  ];
  const kinds = (filter, words = "") => visible(entries, filter, words).map(({ kind }) => kind);
  assert.deepEqual(
    [kinds("in"), kinds("out"), kinds("trouble"), kinds("all", "CHAT.")],
    [["command"], ["ack", "web_api"], ["ack"], ["web_api"]],
  );
});

test("the three seconds belong to acks, and the bar ends at full", () => {
  assert.deepEqual([isClocked(entry("ack")), isClocked(entry("web_api"))], [true, false]);
  assert.deepEqual([used({ ms: 1500 }), used({ ms: 9000 }), used({ ms: 0 })], [0.5, 1, 0]);
});

test("only the words for success are fine", () => {
  assert.deepEqual(
    ["ok", "acked", "sent", "200", "429", "operation_timeout", "missing_scope", "500"].map(isFine),
    [true, true, true, true, false, false, false, false],
  );
});

test("the story goes on when its own steps happen, in their order, by the right people", () => {
  assert.equal(progress([]), 0);
  assert.equal(progress([press("U0GRACE", "approve")]), 0);
  assert.equal(progress([asked]), 1);
  assert.equal(progress([asked, press("U0ADA", "approve")]), 1);
  assert.equal(progress([asked, press("U0GRACE", "approve")]), 2);
  assert.equal(progress([asked, press("U0GRACE", "approve"), press("U0GRACE", "open_secret")]), 2);
  assert.equal(progress([asked, press("U0GRACE", "approve"), press("U0ADA", "open_secret")]), 3);
});
