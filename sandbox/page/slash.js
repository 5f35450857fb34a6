/** Work out what the composer offers for a text that starts with "/". */
const isCommand = (text) => text.startsWith("/");
const firstWord = (text) => text.split(/\s/, 1)[0];

/** Split a usage hint such as "request | why-403 [error] | help" into {word, hint}. */
export function hintWords(hint) {
  return (hint ?? "")
    .split("|")
    .map((part) => part.trim())
    .filter((part) => /^[a-z]/i.test(part))
    .map((part) => ({ word: firstWord(part), hint: part }));
}

function commandSuggestions(text, commands) {
  return commands
    .filter(({ command }) => command.startsWith(text))
    .map(({ command, description, usage_hint: hint }) => ({
      insert: `${command} `,
      title: command,
      hint,
      note: description,
    }));
}

function wordSuggestions(text, { command, usage_hint: hint }) {
  const typed = text.slice(command.length + 1);
  return hintWords(hint)
    .filter(({ word }) => word.startsWith(typed) && word !== typed)
    .map(({ word, hint: usage }) => ({
      insert: `${command} ${word}${usage === word ? "" : " "}`,
      title: `${command} ${usage}`,
      hint: "",
      note: "",
    }));
}

/** Suggest commands while the first word is typed, then the words of its usage hint. */
export function suggestions(text, commands) {
  if (!isCommand(text) || text.includes("\n")) return [];
  if (!text.includes(" ")) return commandSuggestions(text, commands);
  const known = commands.find(({ command }) => command === firstWord(text));
  return known ? wordSuggestions(text, known) : [];
}

/** Enter completes only half-typed command names; anything that is already a command is sent. */
export const enterCompletes = (text, commands) =>
  isCommand(text) && !text.includes(" ") && !commands.some(({ command }) => command === text);

/** Say why a text cannot be sent here, or null. */
export function refusal(text, commands, inThread) {
  if (!isCommand(text)) return null;
  const word = firstWord(text);
  if (!commands.some(({ command }) => command === word)) return `${word} is not a valid command.`;
  return inThread ? `${word} is not supported in threads. Sorry!` : null;
}
