/** Words for moments, as Slack's <!date^…> tokens ask for them; every ts is in seconds. */
const DAY = 86_400_000;

const STYLES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { year: "numeric", month: "long", day: "numeric", weekday: "long" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
const PRETTY = { date_pretty: "date", date_short_pretty: "date_short", date_long_pretty: "date_long" };

const format = (when, style) =>
  new Intl.DateTimeFormat("en-GB", { ...STYLES[style], hourCycle: "h23" }).format(when);
const midnight = (when) => new Date(when.getFullYear(), when.getMonth(), when.getDate()).getTime();

/** Say today, tomorrow or yesterday where that is true, else null. */
function nearDay(when, now) {
  const days = Math.round((midnight(when) - midnight(now)) / DAY);
  return { 0: "today", 1: "tomorrow", [-1]: "yesterday" }[days] ?? null;
}

/** Say how far away a moment is: "5 minutes ago", "in 7 days". */
export function ago(ts, now = new Date()) {
  const seconds = Math.round(ts - now.getTime() / 1000);
  const [unit, size] = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ].find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en").format(Math.trunc(seconds / size), unit);
}

/** Fill a template such as "{date_short_pretty} at {time}" in the viewer's own time zone. */
export function fillDate(ts, template, now = new Date()) {
  const when = new Date(ts * 1000);
  return template.replace(/\{(\w+)\}/g, (token, name) => {
    if (name === "ago") return ago(ts, now);
    if (PRETTY[name]) return nearDay(when, now) ?? format(when, PRETTY[name]);
    return STYLES[name] ? format(when, name) : token;
  });
}

export const clock = (ts) => fillDate(Number(ts), "{time}");
export const fullMoment = (ts) => fillDate(Number(ts), "{date_long} at {time_secs}");
export const dayKey = (ts) => String(midnight(new Date(Number(ts) * 1000)));

/** Name a day for a divider: "Today", "Yesterday", "Monday 3 November 2026". */
export function dayName(ts, now = new Date()) {
  const words = fillDate(Number(ts), "{date_long_pretty}", now);
  return words[0].toUpperCase() + words.slice(1);
}
