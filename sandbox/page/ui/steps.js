/** Lead a newcomer through the story: ask as Ada, approve as Grace, open the link as Ada. */
import { h } from "../dom.js";
import { go } from "../session.js";
import { store } from "../store.js";
import { progress } from "../story.js";
import { prefill } from "./composer.js";

const HIDDEN = "first-steps-hidden";
const COMMAND = "/gemini-key request";
const AFTER = "That is the whole story. Next: Home has the key, and /gemini-key help all other words.";
const withPersona = (persona) => store.state.people.find((one) => one.persona === persona);
const firstRoom = () => store.state.channels.find(({ kind }) => kind !== "im");
const approvals = () => store.state.channels.find(({ kind }) => kind === "private") ?? firstRoom();
const first = (one) => one?.real_name.split(" ")[0] ?? "";

async function ask() {
  await go({ me: withPersona("requester").id });
  await go({ channel: firstRoom().id, tab: "messages" });
  prefill(COMMAND);
}

async function approve() {
  await go({ me: withPersona("approver").id });
  await go({ channel: approvals().id, tab: "messages" });
}

async function collect() {
  await go({ me: withPersona("requester").id });
  await go({ channel: "app", tab: "messages" });
}

const steps = () => [
  [`As ${first(withPersona("requester"))}, send ${COMMAND}`, ask],
  [`Switch to ${first(withPersona("approver"))} and press Approve`, approve],
  [`Back as ${first(withPersona("requester"))}, open the link`, collect],
];

function step([words, run], index, done) {
  const state = index < done ? "done" : index === done ? "now" : "later";
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: `step ${state}`,
        "aria-current": state === "now" ? "step" : null,
        data: { testid: `step-${index + 1}`, focus: `step-${index + 1}` },
        on: { click: run },
      },
      h(
        "span",
        { class: "step-number", "aria-label": state === "done" ? "done" : `step ${index + 1}` },
        state === "done" ? "✓" : String(index + 1),
      ),
      words,
    ),
  );
}

export function startSteps() {
  const strip = document.getElementById("first-steps");
  const list = strip.querySelector("ol");
  const again = document.getElementById("steps-show");
  const hide = (hidden) => {
    localStorage.setItem(HIDDEN, String(hidden));
    strip.hidden = hidden;
    again.hidden = !hidden;
  };
  hide(localStorage.getItem(HIDDEN) === "true");
  document.getElementById("steps-hide").addEventListener("click", () => hide(true));
  again.addEventListener("click", () => hide(false));
  let shown = "";
  store.on(["traffic", "people"], ({ traffic, people }) => {
    const done = progress(traffic);
    if (!people.length || shown === String(done)) return;
    shown = String(done);
    const focused = document.activeElement?.dataset.focus;
    list.replaceChildren(...steps().map((one, index) => step(one, index, done)));
    list.querySelector(`[data-focus="${CSS.escape(focused ?? "-")}"]`)?.focus();
    strip.querySelector(".steps-title").textContent = done === 3 ? AFTER : "First steps";
  });
}
