/** Know the value of every Block Kit input: its shape, where it starts, and when it is wrong. */
const PERSON = { users_select: "user", conversations_select: "conversation", channels_select: "channel" };
const MANY = {
  multi_users_select: "users",
  multi_conversations_select: "conversations",
  multi_channels_select: "channels",
};

/** Name the field that holds the value, and the element's field that holds its start. */
function fields(type) {
  if (PERSON[type]) return [`selected_${PERSON[type]}`, `initial_${PERSON[type]}`, null];
  if (MANY[type]) return [`selected_${MANY[type]}`, `initial_${MANY[type]}`, []];
  const known = {
    static_select: ["selected_option", "initial_option", null],
    external_select: ["selected_option", "initial_option", null],
    radio_buttons: ["selected_option", "initial_option", null],
    multi_static_select: ["selected_options", "initial_options", []],
    multi_external_select: ["selected_options", "initial_options", []],
    checkboxes: ["selected_options", "initial_options", []],
    datepicker: ["selected_date", "initial_date", null],
    timepicker: ["selected_time", "initial_time", null],
    datetimepicker: ["selected_date_time", "initial_date_time", null],
  };
  return known[type] ?? ["value", "initial_value", null];
}

export const valueField = (type) => fields(type)[0];

export function emptyValue({ type }) {
  const [field, , empty] = fields(type);
  return { type, [field]: empty };
}

export function initialValue(element) {
  const [field, initial, empty] = fields(element.type);
  return { type: element.type, [field]: element[initial] ?? empty };
}

/** Name the elements that hold a value; a button does not. */
export const holdsValue = ({ type }) =>
  !["button", "overflow", "image", "workflow_button", "icon_button", "feedback_buttons"].includes(type);

/** List every element of the blocks that holds a value, with its block. */
export function inputs(blocks) {
  return blocks.flatMap((block) => {
    const elements =
      block.type === "input"
        ? [block.element]
        : [block.accessory, ...(block.type === "actions" ? block.elements : [])];
    return elements
      .filter((element) => element && holdsValue(element))
      .map((element) => ({ block, element }));
  });
}

/** Collect state.values of a view for its submission. */
export function readValues(view, form) {
  const values = {};
  for (const { block, element } of inputs(view.blocks)) {
    (values[block.block_id] ??= {})[element.action_id] = form.value(block, element);
  }
  return values;
}

const isEmpty = (value) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
const letters = (count) => `${count} character${count === 1 ? "" : "s"}`;

/** Check text as Slack's own client does before it lets a view go. */
function textProblem(element, text) {
  if (element.min_length && text.length < element.min_length)
    return `Please enter at least ${letters(element.min_length)}.`;
  if (element.max_length && text.length > element.max_length)
    return `Please enter at most ${letters(element.max_length)}.`;
  if (element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(text))
    return "Please enter an email address.";
  if (element.type === "url_text_input" && !/^https?:\/\/\S+$/.test(text))
    return "Please enter a web address.";
  return element.type === "number_input" ? numberProblem(element, text) : null;
}

function numberProblem(element, text) {
  const number = Number(text);
  if (Number.isNaN(number) || (!element.is_decimal_allowed && !Number.isInteger(number)))
    return "Please enter a number.";
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `The least is ${element.min_value}.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `The most is ${element.max_value}.`;
  return null;
}

/** Find what the client itself refuses: {block_id: sentence}, empty when the view may go. */
export function problems(view, form) {
  const found = {};
  for (const { block, element } of inputs(view.blocks)) {
    if (block.type !== "input") continue;
    const value = form.value(block, element)[valueField(element.type)];
    const problem = isEmpty(value)
      ? block.optional
        ? null
        : "Please complete this required field."
      : typeof value === "string"
        ? textProblem(element, value)
        : null;
    if (problem) found[block.block_id] = problem;
  }
  return found;
}
