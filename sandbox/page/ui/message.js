/** Draw one message: who, when, what, and what can be done with it. */
import { api } from "../api.js";
import { drawBlocks } from "../blocks/render.js";
import { files } from "../elements/files.js";
import { person } from "../directory.js";
import { h } from "../dom.js";
import { attempt, go, me } from "../session.js";
import { store } from "../store.js";
import { Surface } from "../surface.js";
import { clock, fullMoment } from "../text/dates.js";
import { drawMrkdwn } from "../text/draw.js";
import { avatar } from "./avatar.js";
import { openMenu } from "./menu.js";

const SHORT = 42;

function body(message, channel) {
  if (!message.blocks?.length) return h("div", { class: "text" }, drawMrkdwn(message.text));
  const surface = new Surface({ type: "message", channel, ts: message.ts });
  return h("div", { class: "blocks" }, drawBlocks(message.blocks, surface));
}

function head(author, message) {
  return h(
    "header",
    { class: "message-head" },
    h("strong", { class: "author" }, author.real_name),
    author.app && h("span", { class: "badge-app" }, "APP"),
    h("time", { class: "quiet", title: fullMoment(message.ts) }, clock(message.ts)),
  );
}

function thread(message) {
  if (!message.reply_count) return null;
  const words = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  return h(
    "button",
    {
      type: "button",
      class: "link replies",
      data: { testid: "replies" },
      on: { click: () => go({ thread: message.ts }) },
    },
    words,
  );
}

function shortcuts(message, channel) {
  return store.state.shortcuts.map(({ callback_id: callback, name }) => ({
    words: name,
    note: "Gemini Keys",
    pick: () => attempt(() => api.shortcut(me(), callback, channel, message.ts)),
  }));
}

/** Offer a thread and the app's shortcuts; messages only one person sees have neither, as in Slack. */
function tools(message, channel, inThread) {
  if (message.ephemeral) return null;
  const more = shortcuts(message, channel);
  return h(
    "div",
    { class: "tools", role: "group", "aria-label": "Message actions" },
    !inThread &&
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          title: "Reply in thread",
          "aria-label": "Reply in thread",
          on: { click: () => go({ thread: message.thread_ts ?? message.ts }) },
        },
        "💬",
      ),
    more.length > 0 &&
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          title: "More actions",
          "aria-label": "More message actions",
          "aria-haspopup": "menu",
          "aria-expanded": "false",
          data: { testid: "message-more" },
          on: { click: ({ currentTarget }) => openMenu(currentTarget, shortcuts(message, channel)) },
        },
        "⋮",
      ),
  );
}

export function drawMessage(message, { channel, compact = false, inThread = false }) {
  const author = person(message.bot_id ? store.state.bot.user_id : message.user);
  const words = message.text ?? "";
  return h(
    "article",
    {
      class: `message${compact ? " compact" : ""}${message.ephemeral ? " ephemeral" : ""}`,
      "aria-label": `${author.real_name}, ${clock(message.ts)}: ${words.slice(0, SHORT)}`,
      data: { testid: "message", ts: message.ts },
    },
    message.ephemeral &&
      h("p", { class: "only-you" }, h("span", { "aria-hidden": "true" }, "👁 "), "Only visible to you"),
    h(
      "div",
      { class: "gutter" },
      compact
        ? h("time", { class: "quiet", title: fullMoment(message.ts) }, clock(message.ts))
        : avatar(author),
    ),
    h(
      "div",
      { class: "message-body" },
      !compact && head(author, message),
      body(message, channel),
      files(message),
      message.edited && h("span", { class: "edited" }, "(edited)"),
      !inThread && thread(message),
    ),
    tools(message, channel, inThread),
  );
}
