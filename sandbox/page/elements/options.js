/** List what a select offers, whichever kind of select it is, as {value, words, note, payload}. */
import { channelName } from "../directory.js";
import { store } from "../store.js";
import { wordsOf } from "../text/draw.js";

const ofOption = (option) => ({
  value: option.value,
  words: wordsOf(option.text),
  note: wordsOf(option.description),
  payload: option,
});
const ofPerson = ({ id, real_name: words, title }) => ({ value: id, words, note: title, payload: id });
const ofChannel = (one) => ({
  value: one.id,
  words: `${one.kind === "im" ? "" : "#"}${channelName(one)}`,
  note: "",
  payload: one.id,
});

const channels = (kinds) => store.state.channels.filter(({ kind }) => kinds.includes(kind)).map(ofChannel);

/** Give groups of choices; a select without option_groups is one group without a label. */
export function groupsOf(element) {
  if (element.option_groups)
    return element.option_groups.map(({ label, options }) => ({
      label: wordsOf(label),
      choices: options.map(ofOption),
    }));
  const { type } = element;
  if (type.endsWith("users_select")) return [{ label: "", choices: store.state.people.map(ofPerson) }];
  if (type.endsWith("conversations_select"))
    return [{ label: "", choices: channels(["public", "private", "im"]) }];
  if (type.endsWith("channels_select")) return [{ label: "", choices: channels(["public"]) }];
  return [{ label: "", choices: (element.options ?? []).map(ofOption) }];
}

export const choicesOf = (element) => groupsOf(element).flatMap(({ choices }) => choices);
export const optionChoices = (options) => options.map(ofOption);

/** Turn what state.values holds (an option or an id) back into a choice. */
export function choiceOf(element, held) {
  if (typeof held === "object") return ofOption(held);
  return (
    choicesOf(element).find(({ value }) => value === held) ?? {
      value: held,
      words: held,
      note: "",
      payload: held,
    }
  );
}
