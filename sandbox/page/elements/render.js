/** Draw one Block Kit element; one that is not known yet is named, not hidden. */
import { h } from "../dom.js";
import { button, iconButton, feedbackButtons } from "./button.js";
import { checkboxes, radioButtons } from "./choices.js";
import { datepicker, datetimepicker, timepicker } from "./dates.js";
import { image } from "./image.js";
import { combobox } from "./combobox.js";
import { overflow } from "./overflow.js";
import { select } from "./select.js";
import { textInput } from "./text_input.js";

const DRAW = {
  button,
  workflow_button: button,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  image,
  overflow,
  static_select: select,
  users_select: select,
  channels_select: select,
  conversations_select: select,
  external_select: combobox,
  multi_static_select: combobox,
  multi_external_select: combobox,
  multi_users_select: combobox,
  multi_channels_select: combobox,
  multi_conversations_select: combobox,
  radio_buttons: radioButtons,
  checkboxes,
  datepicker,
  timepicker,
  datetimepicker,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
};

/** Draw an element; `labels` are the aria attributes that give it its name. */
export function drawElement(element, block, surface, labels = {}) {
  const drawing = DRAW[element.type];
  if (!drawing) return h("span", { class: "unknown" }, `Element: ${element.type}`);
  return drawing(element, {
    block,
    surface,
    labels,
    data: { actionId: element.action_id ?? "", blockId: block.block_id ?? "" },
  });
}
