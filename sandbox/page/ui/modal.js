/** Show the top view of the person's modal stack, keep what was typed, submit it and show what was wrong. */
import { api } from "../api.js";
import { showErrors } from "../blocks/input.js";
import { drawBlocks } from "../blocks/render.js";
import { settle, whileBusy } from "../deliveries.js";
import { h, redraw } from "../dom.js";
import { Form } from "../form.js";
import { attempt, me } from "../session.js";
import { store } from "../store.js";
import { Surface } from "../surface.js";
import { wordsOf } from "../text/draw.js";
import { problems, readValues } from "../values.js";

const forms = new Map();

function formOf(view) {
  if (!forms.has(view.id)) forms.set(view.id, new Form());
  const form = forms.get(view.id);
  form.adopt(view.state?.values);
  return form;
}

const patch = (id, change) => {
  const { modal } = store.state;
  if (modal?.view.id === id) store.set({ modal: { ...modal, ...change } });
};

/** Check first what the client itself refuses, then send; the app's answer comes as an event. */
async function submit(view, button) {
  if (!view.submit || button.getAttribute("aria-busy")) return;
  const form = formOf(view);
  const errors = problems(view, form);
  patch(view.id, { errors, trouble: "" });
  if (Object.keys(errors).length) return;
  await whileBusy(button, async () => {
    const sent = await attempt(() => api.submit(me(), view.id, readValues(view, form)));
    if (sent) await settle(sent.delivery);
  });
}

/** A view below the closed one is shown by the server's next event, without a flicker in between. */
async function close(view) {
  if (store.state.modal.stack.length < 2) store.set({ modal: null });
  forms.delete(view.id);
  const closed = await attempt(() => api.close(me(), view.id));
  if (!closed && store.state.modal?.view.id === view.id) store.set({ modal: null });
}

function frame(view, stack, dialog) {
  const send = h(
    "button",
    {
      type: "submit",
      class: "button primary",
      disabled: Boolean(view.submit_disabled),
      data: { testid: "modal-submit", focus: "submit" },
    },
    wordsOf(view.submit),
  );
  const quit = () => close(view);
  const form = h(
    "form",
    { novalidate: true, on: { submit: (event) => (event.preventDefault(), submit(view, send)) } },
    h(
      "header",
      {},
      stack.length > 1 && h("span", { class: "depth" }, `${stack.length} of 3`),
      h("h2", { id: "modal-title" }, wordsOf(view.title)),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Close",
          data: { focus: "x", testid: "modal-x" },
          on: { click: quit },
        },
        "×",
      ),
    ),
    h("p", { class: "trouble", role: "alert", hidden: true, data: { testid: "modal-trouble" } }),
    h(
      "div",
      { class: "sheet-body blocks" },
      drawBlocks(view.blocks, new Surface({ type: "view", view_id: view.id }, { view, form: formOf(view) })),
    ),
    h(
      "footer",
      {},
      h(
        "button",
        {
          type: "button",
          class: "button",
          data: { testid: "modal-close", focus: "close" },
          on: { click: quit },
        },
        wordsOf(view.close) || (stack.length > 1 ? "Back" : view.submit ? "Cancel" : "Close"),
      ),
      view.submit && send,
    ),
  );
  redraw(dialog, form);
}

function showTrouble(dialog, trouble) {
  const notice = dialog.querySelector(".trouble");
  notice.textContent = trouble;
  notice.hidden = !trouble;
}

function focusFirst(dialog) {
  dialog.querySelector(".sheet-body :is(input, select, textarea):not([disabled])")?.focus();
}

export function startModal() {
  const dialog = document.getElementById("modal");
  let shown = null;
  let errorsShown = null;
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (store.state.modal) close(store.state.modal.view);
  });
  store.on(["modal"], ({ modal }) => {
    if (!modal) {
      shown = null;
      return dialog.open && dialog.close();
    }
    const face = `${modal.view.id}/${modal.view.hash}/${modal.stack.length}`;
    const fresh = face !== shown;
    const another = shown?.split("/")[0] !== modal.view.id;
    if (fresh) frame(modal.view, modal.stack, dialog);
    if (!dialog.open) dialog.showModal();
    if (another) focusFirst(dialog);
    showTrouble(dialog, modal.trouble);
    if (fresh || errorsShown !== modal.errors) showErrors(dialog, modal.errors);
    shown = face;
    errorsShown = modal.errors;
    return undefined;
  });
}
