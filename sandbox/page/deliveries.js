/** Follow what was sent to the app until it is acknowledged, or is known not to be. */
import { store } from "./store.js";

const LIMIT_MS = 3_000;
const GRACE_MS = 2_500;
const KEPT = 200;
const settled = new Map();
const waiters = new Map();

function waitingWithout(id) {
  const { [id]: _, ...rest } = store.state.waiting;
  return rest;
}

/** Take a `delivery` event of the server; "sent" only starts the clock. */
export function noteDelivery({ delivery, state, ms }) {
  if (state === "sent") {
    if (!settled.has(delivery))
      store.set({ waiting: { ...store.state.waiting, [delivery]: performance.now() } });
    return;
  }
  settled.set(delivery, { state, ms });
  if (settled.size > KEPT) settled.delete(settled.keys().next().value);
  store.set({ waiting: waitingWithout(delivery), lastAck: { state, ms } });
  waiters.get(delivery)?.({ state, ms });
  waiters.delete(delivery);
}

/** Resolve with {state, ms} of one delivery; an answer that never comes counts as a timeout. */
export function settle(delivery) {
  if (settled.has(delivery)) return Promise.resolve(settled.get(delivery));
  return new Promise((resolve) => {
    waiters.set(delivery, resolve);
    setTimeout(() => {
      if (waiters.get(delivery) === resolve) noteDelivery({ delivery, state: "timeout", ms: LIMIT_MS });
    }, LIMIT_MS + GRACE_MS);
  });
}

/** Show an element as busy while something it started is under way. */
export async function whileBusy(element, work) {
  element?.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    element?.removeAttribute("aria-busy");
  }
}
