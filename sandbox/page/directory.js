/** Look people and channels up by id. */
import { store } from "./store.js";

const GREY = "#5b6472";

export function person(id) {
  const { people, bot } = store.state;
  const found = people.find((one) => one.id === id);
  if (found) return { ...found, app: false };
  if (id === bot.user_id || id === bot.id)
    return { id, name: bot.name, real_name: bot.name, app: true, color: "" };
  if (id === "USLACKBOT") return { id, name: "slackbot", real_name: "Slackbot", app: false, color: GREY };
  return { id, name: id, real_name: id, app: false, color: GREY };
}

/** Name the language of whose screen this is. */
export const language = () =>
  store.state.people.find(({ id }) => id === store.state.place.me)?.locale ?? "en-GB";

export const channel = (id) => store.state.channels.find((one) => one.id === id) ?? null;

/** Find the DM with the bot: the place behind the app's row in the sidebar. */
export const appChannel = () =>
  store.state.channels.find((one) => one.kind === "im" && one.with === store.state.bot.user_id) ?? null;

/** Give the id of the channel on screen, whichever name the address bar uses. */
export function currentChannel() {
  const { place } = store.state;
  return place.channel === "app" ? appChannel() : channel(place.channel);
}

export const isHome = ({ place } = store.state) => place.channel === "app" && place.tab === "home";

export function channelName(one) {
  if (!one) return "";
  return one.kind === "im" ? person(one.with).real_name : one.name;
}
