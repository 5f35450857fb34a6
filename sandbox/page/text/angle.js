/** Read what stands between < and > in a Slack text: a mention, a date or a link. */
import { unescape } from "./entities.js";

const split = (inside) => {
  const bar = inside.indexOf("|");
  return bar < 0 ? [inside, null] : [inside.slice(0, bar), unescape(inside.slice(bar + 1))];
};

function special(target, label) {
  const [word, ts, template, url] = target.slice(1).split("^");
  if (word === "date")
    return {
      type: "date",
      ts: Number(ts),
      template: unescape(template ?? ""),
      url: url ?? null,
      fallback: label ?? "",
    };
  if (word === "subteam") return { type: "usergroup", id: ts, label };
  return { type: "broadcast", range: word };
}

export function readAngle(inside) {
  const [target, label] = split(inside);
  if (target.startsWith("@")) return { type: "user", id: target.slice(1), label };
  if (target.startsWith("#")) return { type: "channel", id: target.slice(1), label };
  if (target.startsWith("!")) return special(target, label);
  const url = unescape(target);
  return { type: "link", url, text: label || url.replace(/^mailto:/, "") };
}
