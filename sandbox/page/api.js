/** Speak the page API of the sandbox's Slack; every failure becomes an ApiError with the server's own word. */
export class ApiError extends Error {
  constructor(word, answer = {}) {
    super(word);
    this.word = word;
    this.answer = answer;
  }
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError("unreachable");
  }
  const answer = await response.json().catch(() => ({ ok: false, error: `http_${response.status}` }));
  if (!response.ok || answer.ok === false)
    throw new ApiError(answer.error ?? `http_${response.status}`, answer);
  return answer;
}

const query = (values) =>
  new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined)).toString();
const get = (path, values = {}) =>
  call(`${path}?${query(values)}`, { headers: { accept: "application/json" } });
const post = (path, body) =>
  call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

export const api = {
  people: () => get("/page/people"),
  settings: () => get("/page/settings"),
  workspace: (as) => get("/page/workspace", { as }),
  messages: (as, channel) => get(`/page/channels/${encodeURIComponent(channel)}/messages`, { as }),
  replies: (as, channel, ts) =>
    get(`/page/channels/${encodeURIComponent(channel)}/replies`, { as, thread_ts: ts }),
  traffic: (after = 0) => get("/page/traffic", { after }),
  read: (as, channel) => post("/page/read", { as, channel }),
  message: (as, channel, text, thread) =>
    post("/page/message", { as, channel, text, thread_ts: thread ?? undefined }),
  command: (as, channel, text) => post("/page/command", { as, channel, text }),
  action: (body) => post("/page/action", body),
  submit: (as, view, values) => post("/page/view/submit", { as, view_id: view, values }),
  close: (as, view) => post("/page/view/close", { as, view_id: view }),
  options: (body) => post("/page/options", body),
  openHome: (as) => post("/page/home/open", { as }),
  language: (as, locale) => post("/page/language", { as, locale }),
  shortcut: (as, callback, channel, ts) => post("/page/shortcut", { as, callback_id: callback, channel, ts }),
  workflow: (as, callback, channel) => post("/page/workflow", { as, callback_id: callback, channel }),
  faults: (knobs) => post("/page/faults", knobs),
  clearFaults: () => call("/page/faults", { method: "DELETE" }),
};
