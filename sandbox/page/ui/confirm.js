/** Ask before an action that its app marked with a confirm object. */
import { h } from "../dom.js";
import { drawText, wordsOf } from "../text/draw.js";

/** Show the dialog; resolves true only for the confirming button. */
export function askConfirm(confirm) {
  return new Promise((resolve) => {
    const answer = (yes) => () => dialog.close(yes ? "yes" : "no");
    const title = h("h2", { id: "confirm-title" }, wordsOf(confirm.title) || "Are you sure?");
    const danger = confirm.style === "danger" ? "danger" : "primary";
    const dialog = h(
      "dialog",
      { class: "sheet confirm", "aria-labelledby": "confirm-title", data: { testid: "confirm" } },
      title,
      h("div", { class: "sheet-body text" }, drawText(confirm.text ?? { type: "plain_text", text: "" })),
      h(
        "footer",
        {},
        h(
          "button",
          { type: "button", class: "button", data: { testid: "confirm-no" }, on: { click: answer(false) } },
          wordsOf(confirm.deny) || "Cancel",
        ),
        h(
          "button",
          {
            type: "button",
            class: `button ${danger}`,
            data: { testid: "confirm-yes" },
            on: { click: answer(true) },
          },
          wordsOf(confirm.confirm) || "Yes",
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
