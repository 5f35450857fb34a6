/** Draw a list of Block Kit blocks; a block of an unknown type is shown as a labelled box, never dropped. */
import { h } from "../dom.js";
import { actions, contextActions } from "./actions.js";
import { alert } from "./alert.js";
import { context } from "./context.js";
import { input } from "./input.js";
import { richText } from "./rich_text.js";
import { section } from "./section.js";
import { divider, header, image, markdown } from "./simple.js";
import { table } from "./table.js";

const DRAW = {
  actions,
  alert,
  context,
  context_actions: contextActions,
  divider,
  header,
  image,
  input,
  markdown,
  rich_text: richText,
  section,
  table,
};

function unknown(block) {
  return h(
    "details",
    { class: "unknown" },
    h("summary", {}, `Block: ${block.type}`),
    h("pre", { tabIndex: 0 }, JSON.stringify(block, null, 2)),
  );
}

export function drawBlocks(blocks, surface) {
  return blocks.map((block) => {
    const drawn = (DRAW[block.type] ?? unknown)(block, surface);
    return h("div", { class: `block block-${block.type}`, data: { block: block.block_id ?? "" } }, drawn);
  });
}
