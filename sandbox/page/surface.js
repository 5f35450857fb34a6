/** Be the place blocks stand in (message, modal, home) and send what people press there. */
import { api } from "./api.js";
import { settle, whileBusy } from "./deliveries.js";
import { Form } from "./form.js";
import { attempt, me } from "./session.js";
import { toast } from "./toasts.js";
import { askConfirm } from "./ui/confirm.js";
import { readValues } from "./values.js";

const SILENCE = "The app did not answer within 3 seconds. Try again?";

export class Surface {
  /** `container` is the page API's: {"type":"message"|"view"|"home", …}; `view` is null for messages. */
  constructor(container, { view = null, form = new Form() } = {}) {
    this.container = container;
    this.view = view;
    this.form = form;
  }

  #body(block, element, change) {
    const state = this.view ? { values: readValues(this.view, this.form) } : {};
    return {
      as: me(),
      container: this.container,
      block_id: block.block_id,
      action_id: element.action_id,
      ...state,
      ...change,
    };
  }

  /**
   * Send one action and stay busy until it is acknowledged; resolves false when the person said no.
   * For views the server itself says that the app was silent.
   */
  async act(block, element, change, control) {
    if (element.confirm && !(await askConfirm(element.confirm))) return false;
    const body = { ...this.#body(block, element, change), ...(element.confirm ? { confirmed: true } : {}) };
    await whileBusy(control, async () => {
      const sent = await attempt(() => api.action(body));
      const heard = sent && (await settle(sent.delivery)).state === "acked";
      if (sent && !heard && !this.view) toast(SILENCE, "problem");
    });
    return true;
  }

  /** Ask the app for options of an external select; gives [] when it does not answer. */
  async options(block, element, typed) {
    const answer = await attempt(() => api.options(this.#body(block, element, { value: typed })));
    return [...(answer?.options ?? []), ...(answer?.option_groups ?? []).flatMap(({ options }) => options)];
  }

  /** Keep a changed value and, outside plain inputs, tell the app. */
  async change(block, element, change, control) {
    const before = this.form.value(block, element);
    this.form.change(block, element, change);
    if (block.type === "input" && !block.dispatch_action) return true;
    const went = await this.act(block, element, change, control);
    if (!went) this.form.change(block, element, before);
    return went;
  }
}
