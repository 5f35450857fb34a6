/** Draw the files of a message: pictures as pictures with their description, others by name. */
import { h } from "../dom.js";
import { me } from "../session.js";

const address = (file) => `${file.url_private}?as=${encodeURIComponent(me())}`;

function one(file) {
  if (!file.mimetype.startsWith("image/")) return h("p", { class: "quiet" }, `📎 ${file.title}`);
  const alt = file.alt_txt || file.title;
  return h(
    "figure",
    { class: "file", data: { testid: "file" } },
    h("figcaption", { class: "quiet" }, file.title),
    h("img", { class: "picture", src: address(file), alt, loading: "lazy" }),
  );
}

export const files = (message) => (message.files ?? []).map(one);
