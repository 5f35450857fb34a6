/** Tell from the traffic how far the newcomer's story has come: asked, approved, opened. */
const payloadOf = ({ request }) => request?.payload ?? request ?? {};
const userOf = (entry) => payloadOf(entry).user?.id ?? payloadOf(entry).user_id ?? "";
const actionsOf = (entry) => payloadOf(entry).actions ?? [];

const isFormSent = (entry) => entry.kind === "view_submission";
const isButton = (entry) => entry.kind === "block_actions";
const presses = (entry, words) =>
  isButton(entry) &&
  actionsOf(entry).some(({ action_id: id, text }) => words.test(id) || words.test(text?.text ?? ""));
const isApproval = (entry, asker) => userOf(entry) !== asker && presses(entry, /approve/i);
const opensLink = (entry, asker) => userOf(entry) === asker && presses(entry, /open/i);

/** Give the number of finished steps, 0 to 3. */
export function progress(entries) {
  const asked = entries.findIndex(isFormSent);
  if (asked < 0) return 0;
  const asker = userOf(entries[asked]);
  const approved = entries.findIndex((entry, index) => index > asked && isApproval(entry, asker));
  if (approved < 0) return 1;
  return entries.some((entry, index) => index > approved && opensLink(entry, asker)) ? 3 : 2;
}
