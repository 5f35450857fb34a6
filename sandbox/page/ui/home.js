/** Show the app's Home tab of the person. */
import { drawBlocks } from "../blocks/render.js";
import { isHome } from "../directory.js";
import { h, redraw } from "../dom.js";
import { Form } from "../form.js";
import { store } from "../store.js";
import { Surface } from "../surface.js";

const NOTHING = [
  h("h2", {}, "Nothing here yet"),
  h("p", { class: "quiet" }, "The app has not published a Home tab for this person. Is the bot running?"),
];

export function startHome() {
  const view = document.getElementById("home-view");
  const body = document.getElementById("home");
  const forms = new Map();
  let shown = null;
  store.on(["home", "place", "people"], ({ home, place }) => {
    view.hidden = !isHome();
    const face = `${place.me}/${home?.hash ?? home?.id ?? ""}`;
    if (view.hidden || shown === face) return;
    shown = face;
    if (!home) return void body.replaceChildren(...NOTHING);
    if (!forms.has(place.me)) forms.set(place.me, new Form());
    const form = forms.get(place.me);
    form.adopt(home.state?.values);
    redraw(body, drawBlocks(home.blocks, new Surface({ type: "home" }, { view: home, form })));
  });
}
