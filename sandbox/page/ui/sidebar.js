/** List the places of the person: channels, the app, direct messages. */
import { api } from "../api.js";
import { appChannel, channelName, isHome, person } from "../directory.js";
import { h } from "../dom.js";
import { attempt, go, me } from "../session.js";
import { store } from "../store.js";
import { avatar } from "./avatar.js";

const SIGN = { public: "#", private: "🔒" };

function visit(change) {
  document.body.classList.remove("menu-open");
  return go(change);
}

function row({ key, sign, name, unread, current, target }) {
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: `place${unread ? " unread" : ""}`,
        "aria-current": current ? "page" : null,
        "aria-label": unread ? `${name}, ${unread} unread` : name,
        data: { testid: `channel-${key}`, focus: `channel-${key}` },
        on: { click: () => visit(target) },
      },
      h("span", { class: "sign", "aria-hidden": "true" }, sign),
      h("span", { class: "place-name" }, name),
      unread > 0 && h("span", { class: "count" }, String(unread)),
    ),
  );
}

function channelRow(one, place) {
  const sign = SIGN[one.kind] ?? avatar(person(one.with), "tiny");
  return row({
    key: one.id,
    sign,
    name: channelName(one),
    unread: one.unread,
    current: place.channel === one.id,
    target: { channel: one.id, tab: "messages" },
  });
}

/** Open the app where something is new: its messages when they are unread, else its Home. */
function appRow(dm, { place, bot }) {
  const tab = dm?.unread ? "messages" : place.channel === "app" ? place.tab : "home";
  return row({
    key: "app",
    sign: avatar(person(bot.user_id), "tiny"),
    name: bot.name,
    unread: dm?.unread ?? 0,
    current: place.channel === "app",
    target: { channel: "app", tab },
  });
}

const group = (title, items) => items.length > 0 && h("section", {}, h("h2", {}, title), h("ul", {}, items));

function draw(state) {
  const nav = document.getElementById("places");
  const focused = document.activeElement?.dataset.focus;
  const dm = appChannel();
  const direct = state.channels.filter((one) => one.kind === "im" && one !== dm);
  const rooms = state.channels.filter(({ kind }) => kind !== "im");
  nav.replaceChildren(
    ...[
      group(
        "Channels",
        rooms.map((one) => channelRow(one, state.place)),
      ),
      group("Apps", [appRow(dm, state)]),
      group(
        "Direct messages",
        direct.map((one) => channelRow(one, state.place)),
      ),
    ].filter(Boolean),
  );
  nav.querySelector(`[data-focus="${CSS.escape(focused ?? "-")}"]`)?.focus();
  document.getElementById("workspace-name").textContent = state.team.name;
  const self = state.people.find(({ id }) => id === state.place.me);
  document.getElementById("acting").textContent = self ? `You are ${self.real_name}` : "";
  document.getElementById("acting-role").textContent = self?.title ?? "";
  document.getElementById("language").value = self?.locale ?? "";
}

/** Let the person's Slack speak another language; Home is opened anew in it. */
async function speak({ target }) {
  const user = me();
  const locale = target.value;
  if (!(await attempt(() => api.language(user, locale)))) return;
  const people = store.state.people.map((one) => (one.id === user ? { ...one, locale } : one));
  store.set({ people });
  if (isHome()) await attempt(() => api.openHome(user));
}

export function startSidebar() {
  document.getElementById("language").addEventListener("change", speak);
  store.on(["channels", "place", "people"], draw);
  document
    .getElementById("menu-toggle")
    .addEventListener("click", () => document.body.classList.toggle("menu-open"));
  document
    .getElementById("scrim")
    .addEventListener("click", () => document.body.classList.remove("menu-open"));
  document.addEventListener(
    "keydown",
    ({ key }) => key === "Escape" && document.body.classList.remove("menu-open"),
  );
}
