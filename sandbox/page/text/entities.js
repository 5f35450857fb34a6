/** Turn Slack's three escapes back into characters. */
const CHARACTERS = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

export function unescape(text) {
  return String(text ?? "").replace(/&(?:lt|gt|amp);/g, (entity) => CHARACTERS[entity]);
}

/** Escape what a person typed, as Slack's composer does before a message is stored. */
export function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
