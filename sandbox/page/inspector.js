/** Pure parts of the traffic drawer: what to show, how slow it was, how JSON is cut into coloured pieces. */
export const LIMIT_MS = 3_000;

/** Say whether Slack's three seconds were running: an ack ends them, the bot's own calls never start them. */
export const isClocked = ({ kind }) => kind === "ack";

/** Give the used part of the three seconds, 0 to 1. */
export const used = ({ ms }) => Math.min(1, Math.max(0, ms / LIMIT_MS));

export const FILTERS = {
  all: ["Everything", () => true],
  in: ["Slack → bot", ({ direction }) => direction.startsWith("slack")],
  out: ["Bot → Slack", ({ direction }) => direction.startsWith("bot")],
  trouble: ["Trouble", ({ status }) => !isFine(status)],
};

/** Recognise success in the words the server uses: ok, acked, sent, 2xx. */
export const isFine = (status) => /^(?:ok|acked|sent|open|2\d\d\b.*)$/i.test(String(status));

export function visible(entries, filter, words) {
  const wanted = words.trim().toLowerCase();
  const [, fits] = FILTERS[filter];
  return entries.filter(
    (entry) => fits(entry) && `${entry.kind} ${entry.title} ${entry.status}`.toLowerCase().includes(wanted),
  );
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Cut pretty JSON into [class, text] pieces. */
export function pieces(value) {
  const text = JSON.stringify(value, null, 2) ?? "";
  const found = [];
  let at = 0;
  for (const token of text.matchAll(TOKEN)) {
    if (token.index > at) found.push(["", text.slice(at, token.index)]);
    const [whole, string, colon, word] = token;
    if (string) found.push([colon ? "json-key" : "json-string", string], ...(colon ? [["", colon]] : []));
    else found.push([word ? "json-word" : "json-number", whole]);
    at = token.index + whole.length;
  }
  return at < text.length ? [...found, ["", text.slice(at)]] : found;
}
