import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { settle } from "../../../sandbox/page/deliveries.js";
import { applyEvent } from "../../../sandbox/page/events.js";
import { store } from "../../../sandbox/page/store.js";

const general = { id: "C0GENERAL", kind: "public", name: "general", unread: 0 };
const message = (ts, more = {}) => ({ ts, user: "U0ADA", text: "hi", ...more });

beforeEach(() =>
  store.set({
    place: { me: "U0ADA", channel: "C0GENERAL", tab: "messages", thread: null },
    channels: [general],
    messages: [],
    replies: [],
    notices: {},
    modal: null,
    traffic: [],
  }),
);

test("messages of the channel on screen appear, change and go; those of others leave it alone", () => {
  applyEvent({ type: "message", channel: "C0GENERAL", message: message("1.0") });
  applyEvent({ type: "message", channel: "COTHER", message: message("2.0") });
  applyEvent({ type: "message_changed", channel: "C0GENERAL", message: message("1.0", { text: "changed" }) });
  assert.deepEqual(
    store.state.messages.map(({ ts, text }) => [ts, text]),
    [["1.0", "changed"]],
  );
  applyEvent({ type: "message_deleted", channel: "C0GENERAL", message: message("1.0") });
  assert.deepEqual(store.state.messages, []);
});

test("a reply stands in its open thread and counts under its parent, not in the channel", () => {
  store.set({
    place: { ...store.state.place, thread: "1.0" },
    messages: [message("1.0")],
    replies: [message("1.0")],
  });
  applyEvent({ type: "message", channel: "C0GENERAL", message: message("2.0", { thread_ts: "1.0" }) });
  assert.deepEqual(
    store.state.messages.map(({ ts, reply_count: count }) => [ts, count]),
    [["1.0", 1]],
  );
  assert.deepEqual(
    store.state.replies.map(({ ts }) => ts),
    ["1.0", "2.0"],
  );
});

test("an ephemeral is marked as one even if the server's copy is not", () => {
  applyEvent({ type: "ephemeral", channel: "C0GENERAL", message: message("1.0") });
  assert.equal(store.state.messages[0].ephemeral, true);
});

test("errors reach the view they are for and no other", () => {
  applyEvent({ type: "view", view: { id: "V1" }, stack: ["V1"] });
  applyEvent({ type: "view_errors", view_id: "V0", errors: { a: "no" } });
  assert.deepEqual(store.state.modal.errors, {});
  applyEvent({ type: "view_errors", view_id: "V1", errors: { a: "no" } });
  assert.deepEqual(store.state.modal.errors, { a: "no" });
});

test("closing the last view closes the window; closing a pushed one waits for the view below", () => {
  applyEvent({ type: "view", view: { id: "V2" }, stack: ["V1", "V2"] });
  applyEvent({ type: "view_closed", view_id: "V2" });
  assert.equal(store.state.modal.view.id, "V2");
  applyEvent({ type: "view", view: { id: "V1" }, stack: ["V1"] });
  applyEvent({ type: "view_closed", view_id: null });
  assert.equal(store.state.modal, null);
});

test("trouble is told in the open window, else in the channel it belongs to, to its own person", () => {
  applyEvent({ type: "notice", channel: "C0GENERAL", text: "failed" });
  assert.deepEqual(Object.keys(store.state.notices), ["U0ADA/C0GENERAL"]);
  applyEvent({ type: "view", view: { id: "V1" }, stack: ["V1"] });
  applyEvent({ type: "notice", text: "trouble" });
  assert.equal(store.state.modal.trouble, "trouble");
});

test("an unread count changes its channel and keeps the order", () => {
  store.set({ channels: [general, { id: "C2", kind: "private", name: "two", unread: 0 }] });
  applyEvent({ type: "channels", channels: [{ id: "C2", unread: 3 }] });
  assert.deepEqual(
    store.state.channels.map(({ id, name, unread }) => [id, name, unread]),
    [
      ["C0GENERAL", "general", 0],
      ["C2", "two", 3],
    ],
  );
});

test("an ack is found whether it comes before or after somebody waits for it", async () => {
  applyEvent({ type: "delivery", delivery: "d-1", state: "sent" });
  applyEvent({ type: "delivery", delivery: "d-1", state: "acked", ms: 5 });
  assert.equal((await settle("d-1")).state, "acked");
  const later = settle("d-2");
  applyEvent({ type: "delivery", delivery: "d-2", state: "timeout", ms: 3000 });
  assert.equal((await later).state, "timeout");
  assert.deepEqual(store.state.waiting, {});
});

test("an event of a kind that is not known yet is ignored", () => {
  applyEvent({ type: "presence" });
  assert.deepEqual(store.state.messages, []);
});
