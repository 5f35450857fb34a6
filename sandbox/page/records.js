/** Pure changes of the lists the page keeps. */
export function withMessage(messages, message) {
  const rest = messages.filter(({ ts }) => ts !== message.ts);
  return [...rest, message].sort((a, b) => Number(a.ts) - Number(b.ts));
}

export const withoutMessage = (messages, ts) => messages.filter((message) => message.ts !== ts);

/** Count one reply more (or less) under the message that started the thread. */
export function withReplies(messages, thread, change) {
  return messages.map((message) =>
    message.ts === thread ? { ...message, reply_count: (message.reply_count ?? 0) + change } : message,
  );
}

/** Keep the newest 1,000 entries, as the server does; an entry seen again replaces itself. */
export function withEntry(entries, entry) {
  const rest = entries.at(-1)?.n < entry.n ? entries : entries.filter(({ n }) => n !== entry.n);
  return [...rest, entry].sort((a, b) => a.n - b.n).slice(-1000);
}

/** Say whether a message belongs into the channel's own list and not only into a thread. */
export const isTopLevel = ({ ts, thread_ts: thread }) => !thread || thread === ts;

const SAME_BREATH = 300;

/** Mark where a new day starts and which messages need no second name; a card always has its own. */
export function rows(messages, dayOf) {
  return messages.map((message, index) => {
    const previous = messages[index - 1];
    const newDay = !previous || dayOf(previous.ts) !== dayOf(message.ts);
    const compact =
      !newDay &&
      previous.user === message.user &&
      !message.ephemeral &&
      !previous.ephemeral &&
      !message.blocks?.length &&
      Number(message.ts) - Number(previous.ts) < SAME_BREATH &&
      !previous.reply_count;
    return { message, newDay, compact };
  });
}

/** Give what stands for a person in a small square: one or two initials. */
export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""]
    .map((word) => word?.[0] ?? "")
    .join("")
    .toUpperCase();
}
