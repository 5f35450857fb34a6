/** Keep persona and place in the address bar (#U0ADA/C0GENERAL, #U0ADA/app/home), the persona in a cookie. */
const APP = "app";

export function parseRoute(hash) {
  const [me = "", where = "", tab = "", thread = ""] = decodeURIComponent(hash.replace(/^#\/?/, "")).split(
    "/",
  );
  if (where === APP)
    return { me, channel: APP, tab: tab === "messages" ? "messages" : "home", thread: thread || null };
  return { me, channel: where, tab: "messages", thread: tab || null };
}

export function formatRoute({ me, channel, tab, thread }) {
  const parts = channel === APP ? [me, APP, tab] : [me, channel];
  return `#${[...parts, thread].filter(Boolean).join("/")}`;
}

export function personaFromCookie(cookie) {
  return /(?:^|;\s*)persona=([^;]*)/.exec(cookie)?.[1] ?? "";
}

/** Write the cookie that the sandbox's console page on the same address reads. */
export function rememberPersona(user) {
  document.cookie = `persona=${encodeURIComponent(user)}; path=/; max-age=31536000; samesite=lax`;
}
