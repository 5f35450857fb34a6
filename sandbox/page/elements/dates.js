/** Draw the date and time pickers with the browser's own. */
import { h } from "../dom.js";
import { valueField } from "../values.js";

const pad = (number) => String(number).padStart(2, "0");

function localMoment(seconds) {
  const when = new Date(seconds * 1000);
  const day = `${when.getFullYear()}-${pad(when.getMonth() + 1)}-${pad(when.getDate())}`;
  return `${day}T${pad(when.getHours())}:${pad(when.getMinutes())}`;
}

function picker(element, { block, surface, labels, data }, kind, { show, read }) {
  const field = valueField(element.type);
  const value = surface.form.value(block, element)[field];
  const change = ({ currentTarget }) =>
    surface.change(
      block,
      element,
      { [field]: currentTarget.value ? read(currentTarget.value) : null },
      currentTarget,
    );
  return h("input", {
    type: kind,
    class: "field short",
    value: value ? show(value) : "",
    data,
    ...labels,
    on: { change },
  });
}

const same = { show: (value) => value, read: (value) => value };

export const datepicker = (element, context) => picker(element, context, "date", same);
export const timepicker = (element, context) => picker(element, context, "time", same);
export const datetimepicker = (element, context) =>
  picker(element, context, "datetime-local", {
    show: localMoment,
    read: (text) => Math.floor(new Date(text).getTime() / 1000),
  });
