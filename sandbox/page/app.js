/** Start the page: who is here, what can be seen, then listen. */
import { api } from "./api.js";
import { followPersona } from "./live.js";
import { rememberPersona } from "./route.js";
import { goToAddress, markRead, me } from "./session.js";
import { store } from "./store.js";
import { startComposer } from "./ui/composer.js";
import { startHeader } from "./ui/header.js";
import { startHome } from "./ui/home.js";
import { startMessages } from "./ui/messages.js";
import { startModal } from "./ui/modal.js";
import { startQuick } from "./ui/quick.js";
import { startRail } from "./ui/rail.js";
import { startSidebar } from "./ui/sidebar.js";
import { startSteps } from "./ui/steps.js";
import { startTheme } from "./ui/theme.js";
import { startThread } from "./ui/thread.js";
import { startTraffic } from "./ui/traffic.js";

function startParts() {
  for (const start of [
    startTheme,
    startRail,
    startSidebar,
    startHeader,
    startMessages,
    startThread,
    startHome,
    startModal,
    startQuick,
    startTraffic,
    startSteps,
  ])
    start();
  startComposer(document.getElementById("composer"));
  store.on(["online"], ({ online }) => {
    document.getElementById("offline").hidden = online;
  });
}

/** Two windows may show two people; the cookie belongs to the one being used. */
function followWindow() {
  addEventListener("popstate", goToAddress);
  addEventListener("hashchange", goToAddress);
  addEventListener("focus", () => rememberPersona(me()));
  document.addEventListener("visibilitychange", markRead);
}

async function start() {
  startParts();
  const { people, team, bot } = await api.people();
  store.set({ people, team, bot });
  followPersona();
  await goToAddress();
  followWindow();
}

start().catch(() => {
  document.getElementById("offline").hidden = false;
});
