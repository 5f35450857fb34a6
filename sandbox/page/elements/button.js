/** Draw buttons; one with a url is a link that also tells the app. */
import { h } from "../dom.js";
import { drawPlain } from "../text/draw.js";
import { safeUrl } from "../text/links.js";

const styleOf = ({ style }) => (style === "primary" || style === "danger" ? style : "");

function linkButton(element, href, { block, surface, data }) {
  const press = async (event) => {
    if (!element.confirm) return void surface.act(block, element, {}, event.currentTarget);
    event.preventDefault();
    if (await surface.act(block, element, {}, event.currentTarget))
      window.open(href, "_blank", "noopener,noreferrer");
  };
  return h(
    "a",
    {
      class: `button ${styleOf(element)}`,
      href,
      target: "_blank",
      rel: "noopener noreferrer",
      "aria-label": element.accessibility_label,
      data,
      on: { click: press },
    },
    drawPlain(element.text),
    h("span", { class: "leaves", "aria-hidden": "true" }, "↗"),
  );
}

export function button(element, context) {
  const { block, surface, data } = context;
  const href = element.url && safeUrl(element.url);
  if (href) return linkButton(element, href, context);
  const press = ({ currentTarget }) => {
    if (currentTarget.getAttribute("aria-busy")) return;
    surface.act(block, element, element.value === undefined ? {} : { value: element.value }, currentTarget);
  };
  return h(
    "button",
    {
      type: "button",
      class: `button ${styleOf(element)}`,
      "aria-label": element.accessibility_label,
      data,
      on: { click: press },
    },
    drawPlain(element.text),
  );
}

const ICONS = { trash: "🗑️", edit: "✏️", copy: "📋" };

export function iconButton(element, { block, surface, data }) {
  return h(
    "button",
    {
      type: "button",
      class: "button quiet",
      data,
      "aria-label": element.accessibility_label ?? element.text?.text,
      on: {
        click: ({ currentTarget }) => surface.act(block, element, { value: element.value }, currentTarget),
      },
    },
    ICONS[element.icon] ?? "•",
    " ",
    element.text ? drawPlain(element.text) : "",
  );
}

/** Draw the thumbs of context_actions; each sends its own value. */
export function feedbackButtons(element, { block, surface, data }) {
  const thumb = (choice, sign) =>
    choice &&
    h(
      "button",
      {
        type: "button",
        class: "button quiet",
        data,
        "aria-label": choice.accessibility_label ?? choice.text.text,
        title: choice.text.text,
        on: {
          click: async ({ currentTarget: pressed }) => {
            await surface.act(block, element, { value: choice.value }, pressed);
            pressed.setAttribute("aria-pressed", "true");
          },
        },
      },
      sign,
    );
  return h(
    "span",
    { class: "thumbs" },
    thumb(element.positive_button, "👍"),
    thumb(element.negative_button, "👎"),
  );
}
