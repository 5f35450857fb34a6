/** Keep what is typed and chosen in one view, under block_id and action_id, in the shape of state.values. */
import { emptyValue, initialValue } from "./values.js";

const keyOf = (block, element) => `${block.block_id}\n${element.action_id}`;

export class Form {
  #values = new Map();

  /** Take over what the server knows, where nothing has been typed here yet. */
  adopt(values = {}) {
    for (const [blockId, elements] of Object.entries(values)) {
      for (const [actionId, value] of Object.entries(elements)) {
        const key = `${blockId}\n${actionId}`;
        if (!this.#values.has(key)) this.#values.set(key, value);
      }
    }
  }

  value(block, element) {
    const kept = this.#values.get(keyOf(block, element));
    return kept?.type === element.type ? kept : initialValue(element);
  }

  change(block, element, change) {
    this.#values.set(keyOf(block, element), { ...emptyValue(element), ...change });
  }
}
