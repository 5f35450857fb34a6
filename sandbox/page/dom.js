/** Build elements from data: text becomes text nodes, never markup. */
const PROPERTIES = new Set([
  "value",
  "checked",
  "disabled",
  "hidden",
  "selected",
  "required",
  "open",
  "multiple",
  "tabIndex",
]);

function apply(element, name, value) {
  if (name === "on")
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name === "vars")
    for (const [key, word] of Object.entries(value)) element.style.setProperty(key, word);
  else if (PROPERTIES.has(name)) element[name] = value;
  else if (/^on/i.test(name)) throw new Error(`listeners go into "on", not ${name}`);
  else element.setAttribute(name, value === true ? "" : value);
}

/** Make an element; `on` takes listeners, `data` takes dataset entries, `vars` takes CSS variables. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  for (const [name, value] of Object.entries(props)) {
    if (value !== null && value !== undefined && value !== false) apply(element, name, value);
  }
  return element;
}

/** Say where the focus is in words that survive a redraw. */
function focusMark(root) {
  const active = document.activeElement;
  if (!active || !root.contains(active)) return null;
  const { actionId, blockId, focus } = active.dataset;
  const selector = actionId
    ? `[data-action-id="${CSS.escape(actionId)}"][data-block-id="${CSS.escape(blockId)}"]`
    : focus && `[data-focus="${CSS.escape(focus)}"]`;
  const typing = active.matches("textarea, input:not([type])") || active.type === "text";
  return selector ? { selector, range: typing ? [active.selectionStart, active.selectionEnd] : null } : null;
}

/** Replace the children of a part of the page and keep the focus and the caret where they were. */
export function redraw(root, ...children) {
  const mark = focusMark(root);
  root.replaceChildren(...children.flat(Infinity).filter(Boolean));
  const again = mark && root.querySelector(mark.selector);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (mark.range && again.setSelectionRange) again.setSelectionRange(...mark.range);
}

let counter = 0;

/** Make an id for a label and its control; unique on this page. */
export function freshId(word) {
  counter += 1;
  return `${word}-${counter}`;
}
