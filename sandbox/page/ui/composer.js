/** Let people write: Enter sends, Shift+Enter starts a line, "/" offers commands. */
import { api } from "../api.js";
import { settle, whileBusy } from "../deliveries.js";
import { channelName, currentChannel } from "../directory.js";
import { attempt, me } from "../session.js";
import { refusal } from "../slash.js";
import { store } from "../store.js";
import { escape } from "../text/entities.js";
import { Autocomplete } from "./autocomplete.js";

const TALLEST = 220;
const drafts = new Map();

/** Fit the height to the text; a hidden field has no height to measure yet. */
function grow(input) {
  input.style.height = "auto";
  if (input.scrollHeight) input.style.height = `${Math.min(input.scrollHeight, TALLEST)}px`;
}

async function sendCommand(channel, text, button) {
  const sent = await attempt(() => api.command(me(), channel, text));
  if (sent?.delivery) whileBusy(button, () => settle(sent.delivery));
  return sent;
}

/** Send what stands in the field; what could not be sent stays in it. */
async function send({ form, input, button, problem }, thread) {
  const text = input.value.trim();
  const here = currentChannel();
  if (!text || !here) return;
  problem.textContent = refusal(text, store.state.commands, Boolean(thread)) ?? "";
  if (problem.textContent) return;
  input.value = "";
  grow(input);
  const sent = text.startsWith("/")
    ? await sendCommand(here.id, text, button)
    : await attempt(() => api.message(me(), here.id, escape(text), thread));
  if (!sent && !input.value) input.value = text;
  form.dispatchEvent(new Event("sent"));
}

/** Keep what was half-written per person and place, so switching persona never sends another one's words. */
function keepDrafts(parts, inThread) {
  const { input, problem } = parts;
  let where = "";
  store.on(["place", "channels"], ({ place }) => {
    const here = currentChannel();
    const now = `${place.me}/${here?.id}`;
    if (here)
      input.placeholder = inThread
        ? "Reply…"
        : `Message ${here.kind === "im" ? "" : "#"}${channelName(here)}`;
    if (now === where) return;
    drafts.set(`${input.id}/${where}`, input.value);
    input.value = drafts.get(`${input.id}/${now}`) ?? "";
    problem.textContent = "";
    where = now;
    grow(input);
  });
}

export function startComposer(form, { thread = null } = {}) {
  const parts = {
    form,
    input: form.querySelector("textarea"),
    button: form.querySelector("[type=submit]"),
    problem: form.querySelector(".problem"),
  };
  const autocomplete = new Autocomplete(
    parts.input,
    form.querySelector(".autocomplete"),
    () => store.state.commands,
  );
  const submit = () => {
    autocomplete.hide();
    return send(parts, thread?.());
  };
  form.addEventListener("submit", (event) => (event.preventDefault(), submit()));
  parts.input.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  });
  parts.input.addEventListener("input", () => {
    parts.problem.textContent = "";
    grow(parts.input);
  });
  keepDrafts(parts, Boolean(thread));
}

/** Put words into the main composer and go there, for the first-steps strip. */
export function prefill(text) {
  const input = document.querySelector("#composer textarea");
  input.value = text;
  input.focus();
  input.dispatchEvent(new Event("input"));
}
