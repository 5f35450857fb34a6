/** Draw the small square that stands for a person or an app. */
import { h } from "../dom.js";
import { initials } from "../records.js";

export function avatar(person, size = "") {
  const words = person.app ? "🔑" : initials(person.real_name);
  return h(
    "span",
    {
      class: `avatar ${size} ${person.app ? "app" : ""}`,
      "aria-hidden": "true",
      vars: person.color ? { "--avatar": person.color } : {},
    },
    words,
  );
}
