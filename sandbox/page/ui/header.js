/** Show where one is, and the Home and Messages tabs of the app. */
import { channelName, currentChannel, person } from "../directory.js";
import { h } from "../dom.js";
import { go } from "../session.js";
import { store } from "../store.js";

const SIGN = { public: "# ", private: "🔒 ", im: "" };
const TABS = [
  ["home", "Home"],
  ["messages", "Messages"],
];

function tabs(place) {
  const at = TABS.findIndex(([tab]) => tab === place.tab);
  const buttons = TABS.map(([tab, words], index) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        "aria-selected": String(index === at),
        "aria-controls": tab === "home" ? "home-view" : "channel-view",
        tabIndex: index === at ? 0 : -1,
        data: { testid: `tab-${tab}`, focus: `tab-${tab}` },
        on: { click: () => go({ tab }) },
      },
      words,
    ),
  );
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "App tabs" }, buttons);
  list.addEventListener("keydown", ({ key }) => {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return;
    const other = buttons[(at + 1) % buttons.length];
    other.focus();
    other.click();
  });
  return list;
}

function title(here, { place, bot }) {
  if (place.channel === "app") return [h("h1", {}, bot.name), h("span", { class: "badge-app" }, "APP")];
  if (!here) return [h("h1", {}, "…")];
  return [
    h("h1", {}, `${SIGN[here.kind]}${channelName(here)}`),
    here.topic && h("span", { class: "quiet topic" }, here.topic),
  ];
}

function memberNames(here, members) {
  if (!here || here.kind === "im" || !members?.length) return null;
  const names = members.map((id) => person(id).real_name).join(", ");
  return h(
    "span",
    { class: "members quiet", title: names, "aria-label": `Members: ${names}` },
    `${members.length} members`,
  );
}

export function startHeader() {
  const bar = document.getElementById("place-header");
  store.on(["place", "channels", "bot", "members"], (state) => {
    const here = currentChannel();
    const focused = document.activeElement?.dataset.focus;
    bar.replaceChildren(
      ...[
        ...title(here, state),
        memberNames(here, state.members),
        state.place.channel === "app" && tabs(state.place),
      ].filter(Boolean),
    );
    bar.querySelector(`[data-focus="${CSS.escape(focused ?? "-")}"]`)?.focus();
    const where = state.place.channel === "app" ? state.bot.name : channelName(here);
    document.title = `${where} · ${state.team.name} sandbox`;
  });
}
