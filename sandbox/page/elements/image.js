/** Draw the sandbox's own images; others are only described, because nothing is loaded from elsewhere. */
import { h } from "../dom.js";
import { isOwnUrl } from "../text/links.js";

export function picture(url, alt, kind) {
  if (isOwnUrl(url)) return h("img", { class: kind, src: url, alt, loading: "lazy" });
  return h(
    "span",
    { class: `${kind} elsewhere`, role: "img", "aria-label": alt, title: `Not loaded: ${url ?? ""}` },
    alt,
  );
}

export const image = (element) => picture(element.image_url, element.alt_text, "thumbnail");
