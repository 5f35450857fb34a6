/** Show the people one can be; one click makes the page theirs. */
import { api } from "../api.js";
import { h } from "../dom.js";
import { go } from "../session.js";
import { store } from "../store.js";
import { avatar } from "./avatar.js";

const SETTLE_MS = 400;
const unreadOf = new Map();

const unread = (channels) => channels.reduce((sum, one) => sum + (one.unread ?? 0), 0);
const firstName = ({ real_name: name }) => name.split(" ")[0];

function seat(person, me) {
  const count = person.id === me ? 0 : (unreadOf.get(person.id) ?? 0);
  const label = `${person.real_name}, ${person.persona}${count ? `, ${count} unread` : ""}`;
  return h(
    "button",
    {
      type: "button",
      class: "seat",
      "aria-pressed": String(person.id === me),
      "aria-label": label,
      title: `${person.real_name} · ${person.title}`,
      data: { testid: `persona-${person.id}`, focus: `persona-${person.id}` },
      on: { click: () => go({ me: person.id }) },
    },
    avatar(person, "large"),
    count > 0 && h("span", { class: "count", "aria-hidden": "true" }, String(count)),
    h("span", { class: "seat-name" }, firstName(person)),
    h("span", { class: "seat-role" }, person.persona),
  );
}

let drawn = "";

function draw() {
  const { people, place } = store.state;
  const face = JSON.stringify([people, place.me, [...unreadOf]]);
  if (face === drawn) return;
  drawn = face;
  const list = document.getElementById("personas");
  const focused = document.activeElement?.dataset.focus;
  list.replaceChildren(...people.map((person) => seat(person, place.me)));
  list.querySelector(`[data-focus="${CSS.escape(focused ?? "-")}"]`)?.focus();
}

/** Ask what waits for the others; their events go to their own pages, so traffic is the hint to look. */
async function countOthers() {
  const { people, place } = store.state;
  const others = people.filter(({ id }) => id !== place.me);
  await Promise.all(
    others.map(async ({ id }) => {
      const workspace = await api.workspace(id).catch(() => null);
      if (workspace) unreadOf.set(id, unread(workspace.channels));
    }),
  );
  draw();
}

export function startRail() {
  let timer = 0;
  store.on(["people", "place"], draw);
  store.on(["traffic", "place"], () => {
    clearTimeout(timer);
    timer = setTimeout(countOthers, SETTLE_MS);
  });
}
