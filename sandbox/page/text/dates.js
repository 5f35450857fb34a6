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

const ENGLISH = "en-GB";

const format = (when, style, locale) =>
  new Intl.DateTimeFormat(locale, { ...STYLES[style], hourCycle: "h23" }).format(when);
const midnight = (when) => new Date(when.getFullYear(), when.getMonth(), when.getDate()).getTime();

/** Say today, tomorrow or yesterday where that is true, else null. */
function nearDay(when, now, locale) {
  const days = Math.round((midnight(when) - midnight(now)) / DAY);
  if (Math.abs(days) > 1) return null;
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
}

/** Say how far away a moment is: "5 minutes ago", "in 7 days". */
export function ago(ts, now = new Date(), locale = ENGLISH) {
  const seconds = Math.round(ts - now.getTime() / 1000);
  const [unit, size] = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ].find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale).format(Math.trunc(seconds / size), unit);
}

/** Fill a template such as "{date_short_pretty} at {time}" in the viewer's own time zone and language. */
export function fillDate(ts, template, now = new Date(), locale = ENGLISH) {
  const when = new Date(ts * 1000);
  return template.replace(/\{(\w+)\}/g, (token, name) => {
    if (name === "ago") return ago(ts, now, locale);
    if (PRETTY[name]) return nearDay(when, now, locale) ?? format(when, PRETTY[name], locale);
    return STYLES[name] ? format(when, name, locale) : token;
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
