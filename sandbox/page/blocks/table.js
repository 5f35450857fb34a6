/** Draw a table; its first row names the columns. */
import { h } from "../dom.js";
import { richText } from "./rich_text.js";

function cell(content, settings, tag) {
  const words =
    content.type === "rich_text" ? richText(content) : String(content.text ?? content.value ?? "");
  return h(
    tag,
    {
      class: `align-${settings?.align ?? "left"}${settings?.is_wrapped ? "" : " no-wrap"}`,
      scope: tag === "th" ? "col" : null,
    },
    words,
  );
}

export function table({ rows, column_settings: settings = [] }) {
  const [head, ...body] = rows.map((row, index) =>
    h(
      "tr",
      {},
      row.map((content, column) => cell(content, settings[column], index ? "td" : "th")),
    ),
  );
  return h(
    "div",
    { class: "table", tabIndex: 0, role: "region", "aria-label": "Table" },
    h("table", {}, h("thead", {}, head), h("tbody", {}, body)),
  );
}
