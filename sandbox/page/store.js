/** Hold what the page knows and tell those who asked when a part of it changes. */
export function createStore(initial) {
  const state = { ...initial };
  const listeners = [];
  let changed = new Set();

  function notify() {
    const keys = changed;
    changed = new Set();
    for (const { wanted, listener } of listeners) {
      if (wanted.some((key) => keys.has(key))) listener(state);
    }
  }

  return {
    state,
    set(patch) {
      if (!changed.size) queueMicrotask(notify);
      for (const [key, value] of Object.entries(patch)) {
        state[key] = value;
        changed.add(key);
      }
    },
    on(wanted, listener) {
      listeners.push({ wanted, listener });
    },
  };
}

/** The one store of this page; `place` is what the address bar says. */
export const store = createStore({
  people: [],
  team: { id: "", name: "" },
  bot: { id: "", name: "", user_id: "" },
  place: { me: "", channel: "", tab: "messages", thread: null },
  channels: [],
  commands: [],
  shortcuts: [],
  steps: [],
  home: null,
  messages: [],
  members: [],
  loaded: "",
  replies: [],
  notices: {},
  modal: null,
  traffic: [],
  waiting: {},
  lastAck: null,
  trafficOpen: false,
  online: true,
  settings: {},
});
