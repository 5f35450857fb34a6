/** Decide which addresses the page follows: http and https, nothing else. */
export function safeUrl(url) {
  try {
    const parsed = new URL(String(url), globalThis.location?.href);
    return parsed.protocol === "http:" || parsed.protocol === "https:" ? parsed.href : null;
  } catch {
    return null;
  }
}

/** Say whether an image may be loaded: only from the page's own address, so nothing leaves the machine. */
export function isOwnUrl(url) {
  const safe = safeUrl(url);
  return safe !== null && new URL(safe).origin === globalThis.location?.origin;
}
