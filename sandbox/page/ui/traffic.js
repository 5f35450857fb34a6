/** Show the raw traffic between Slack and the app, and how much of the three seconds each ack used. */
import { h } from "../dom.js";
import { FILTERS, LIMIT_MS, isClocked, isFine, pieces, used, visible } from "../inspector.js";
import { store } from "../store.js";
import { startFaults } from "./faults.js";

const SHOWN = 200;
const open = new Set();
const drawn = new Map();

const milliseconds = (ms) => (ms >= 100 ? `${Math.round(ms)} ms` : `${Number(ms ?? 0).toFixed(1)} ms`);
const json = (value) =>
  h(
    "pre",
    { class: "json", tabIndex: 0 },
    pieces(value).map(([kind, text]) => (kind ? h("span", { class: kind }, text) : text)),
  );

function detail(entry) {
  const part = (title, value) => value !== null && value !== undefined && [h("h3", {}, title), json(value)];
  return h(
    "div",
    { class: "entry-detail" },
    part("Request", entry.request),
    part("Response", entry.response),
  );
}

function meter(entry) {
  if (!isClocked(entry)) return null;
  const words = `${milliseconds(entry.ms)} of ${LIMIT_MS} ms`;
  return h("span", {
    class: isFine(entry.status) ? "meter" : "meter bad",
    role: "img",
    "aria-label": words,
    title: words,
    vars: { "--used": used(entry) },
  });
}

function row(entry) {
  const inward = entry.direction.startsWith("slack");
  const shown = open.has(entry.n);
  const toggle = ({ currentTarget }) => {
    if (!open.delete(entry.n)) open.add(entry.n);
    currentTarget.closest("li").replaceWith(remember(entry));
    document.querySelector(`[data-focus="entry-${entry.n}"]`)?.focus();
  };
  return h(
    "li",
    { class: "entry", data: { testid: "traffic-entry", kind: entry.kind } },
    h(
      "button",
      {
        type: "button",
        class: "entry-line",
        "aria-expanded": String(shown),
        data: { focus: `entry-${entry.n}` },
        on: { click: toggle },
      },
      h(
        "span",
        { class: `way ${inward ? "in" : "out"}`, title: entry.direction },
        inward ? "→ bot" : "bot →",
      ),
      h(
        "span",
        { class: "entry-words" },
        h("span", { class: "entry-title" }, entry.title),
        h("small", {}, entry.kind),
      ),
      h(
        "span",
        { class: "entry-end" },
        h("span", { class: isFine(entry.status) ? "status" : "status bad" }, entry.status),
        entry.ms > 0 && h("small", {}, milliseconds(entry.ms)),
      ),
      meter(entry),
    ),
    shown && detail(entry),
  );
}

function remember(entry) {
  const element = row(entry);
  drawn.set(entry.n, { entry, element });
  return element;
}

const keep = (entry) => (drawn.get(entry.n)?.entry === entry ? drawn.get(entry.n).element : remember(entry));

function showList({ traffic }) {
  const list = document.getElementById("traffic-list");
  const filter = document.getElementById("traffic-filter").value;
  const words = document.getElementById("traffic-search").value;
  const entries = visible(traffic, filter, words).slice(-SHOWN).reverse();
  const focused = document.activeElement?.dataset.focus;
  list.replaceChildren(...entries.map(keep));
  list.querySelector(`[data-focus="${CSS.escape(focused ?? "-")}"]`)?.focus();
  document.getElementById("traffic-empty").hidden = entries.length > 0;
}

/** Show the last ack, or that one is being waited for: the bar then runs for the three seconds. */
function showClock({ waiting, lastAck }) {
  const clock = document.getElementById("ack-clock");
  const running = Object.keys(waiting).length > 0;
  const late = lastAck && lastAck.state !== "acked";
  const words = running
    ? "Waiting for the ack…"
    : !lastAck
      ? "No ack yet"
      : late
        ? "Not acknowledged in 3 s"
        : `Acknowledged in ${milliseconds(lastAck.ms)}`;
  clock.className = `ack-clock${running ? " running" : ""}${late && !running ? " bad" : ""}`;
  clock.querySelector("span").textContent = words;
  clock.querySelector("i").style.setProperty("--used", running ? 1 : lastAck ? used(lastAck) : 0);
}

export function startTraffic() {
  const drawer = document.getElementById("traffic");
  const toggle = document.getElementById("traffic-toggle");
  const filter = document.getElementById("traffic-filter");
  filter.append(...Object.entries(FILTERS).map(([value, [words]]) => h("option", { value }, words)));
  const show = () => !drawer.hidden && showList(store.state);
  const set = (trafficOpen) => store.set({ trafficOpen });
  toggle.addEventListener("click", () => set(!store.state.trafficOpen));
  document.getElementById("traffic-close").addEventListener("click", () => (set(false), toggle.focus()));
  drawer.addEventListener("keydown", ({ key }) => key === "Escape" && (set(false), toggle.focus()));
  filter.addEventListener("change", show);
  document.getElementById("traffic-search").addEventListener("input", show);
  store.on(["trafficOpen"], ({ trafficOpen }) => {
    drawer.hidden = !trafficOpen;
    toggle.setAttribute("aria-expanded", String(trafficOpen));
    document.body.classList.toggle("has-traffic", trafficOpen);
    show();
  });
  store.on(["traffic"], show);
  store.on(["waiting", "lastAck"], showClock);
  startFaults();
}
