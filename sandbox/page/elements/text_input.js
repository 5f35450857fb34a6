/** Draw the inputs one types into: text, several lines, email, url, number. */
import { freshId, h } from "../dom.js";
import { wordsOf } from "../text/draw.js";

const KIND = { email_text_input: "email", url_text_input: "url", number_input: "text" };
const MODE = { number_input: "decimal", email_text_input: "email", url_text_input: "url" };

/** Count towards the limits in words that fit the state: too short, or how much is left. */
export function counterWords({ min_length: min = 0, max_length: max }, length) {
  if (length < min) return `${min - length} more to go`;
  return max ? `${length} / ${max}` : "";
}

function counterFor(element, control) {
  if (!element.min_length && !element.max_length) return null;
  const counter = h("span", { class: "counter", id: freshId("counter") });
  const count = () => {
    counter.textContent = counterWords(element, control.value.length);
    counter.classList.toggle(
      "over",
      Boolean(element.max_length) && control.value.length > element.max_length,
    );
  };
  control.addEventListener("input", count);
  count();
  return counter;
}

/** Tell the app at the moments dispatch_action_config asks for; Enter is Slack's default. */
function dispatches(element, { block, surface }, control) {
  const moments = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tell = () => block.dispatch_action && surface.act(block, element, { value: control.value }, control);
  if (moments.includes("on_character_entered")) control.addEventListener("input", tell);
  if (moments.includes("on_enter_pressed")) {
    control.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || element.multiline || !block.dispatch_action) return;
      event.preventDefault();
      tell();
    });
  }
}

export function textInput(element, context) {
  const { block, surface, labels, data } = context;
  const props = { class: "field", placeholder: wordsOf(element.placeholder), data, ...labels };
  const control = element.multiline
    ? h("textarea", { ...props, rows: 4 })
    : h("input", {
        ...props,
        type: KIND[element.type] ?? "text",
        inputmode: MODE[element.type],
        autocomplete: "off",
      });
  control.value = surface.form.value(block, element).value ?? "";
  control.addEventListener("input", () =>
    surface.form.change(block, element, { value: control.value || null }),
  );
  dispatches(element, context, control);
  return h("span", { class: "text-input" }, control, counterFor(element, control));
}
