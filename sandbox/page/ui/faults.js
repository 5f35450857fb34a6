/** Let people break the wire on purpose and watch what the bot does. */
import { api } from "../api.js";
import { attempt } from "../session.js";
import { toast } from "../toasts.js";

const FAULTS = {
  drop: ["The next ack will be lost.", { drop_acks: 1 }],
  limit: ["The next chat.postMessage will be told to wait.", { rate_limit: { "chat.postMessage": 1 } }],
  fail: [
    "The next chat.update will fail with a 500.",
    { fail: { "chat.update": { status: 500, times: 1 } } },
  ],
  twice: ["The next event will be delivered twice.", { duplicate_events: 1 }],
  slow: ["Everything now takes one second longer.", { delay_ms: 1000 }],
  abort: ["The open sockets were cut.", { sockets: "abort" }],
};

async function set(name) {
  if (name === "none") {
    if (await attempt(() => api.clearFaults())) toast("All faults are off.");
    return;
  }
  const [words, knobs] = FAULTS[name];
  if (await attempt(() => api.faults(knobs))) toast(words);
}

export function startFaults() {
  const select = document.getElementById("faults");
  select.addEventListener("change", async () => {
    const name = select.value;
    select.value = "";
    if (name) await set(name);
  });
}
