/** The short names this workspace draws; any other stays readable as :name:. */
const EMOJI = {
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", wave: "👋", clap: "👏", pray: "🙏", raised_hands: "🙌",
  ok_hand: "👌", point_right: "👉", point_left: "👈", point_down: "👇", point_up: "☝️", eyes: "👀", muscle: "💪",
  smile: "😄", grinning: "😀", slightly_smiling_face: "🙂", joy: "😂", wink: "😉", thinking_face: "🤔", cry: "😢",
  heart: "❤️", tada: "🎉", sparkles: "✨", fire: "🔥", rocket: "🚀", star: "⭐", zap: "⚡", boom: "💥", trophy: "🏆",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", negative_squared_cross_mark: "❎",
  warning: "⚠️", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", rotating_light: "🚨", exclamation: "❗",
  question: "❓", grey_question: "❔", information_source: "ℹ️", bulb: "💡", mag: "🔍", mag_right: "🔎",
  key: "🔑", old_key: "🗝️", lock: "🔒", unlock: "🔓", closed_lock_with_key: "🔐", shield: "🛡️", label: "🏷️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰", stopwatch: "⏱️", timer_clock: "⏲️", clock1: "🕐",
  calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", bell: "🔔", no_bell: "🔕", speech_balloon: "💬", email: "📧",
  envelope: "✉️", memo: "📝", clipboard: "📋", page_facing_up: "📄", books: "📚", link: "🔗", pushpin: "📌",
  bar_chart: "📊", chart_with_upwards_trend: "📈", moneybag: "💰", credit_card: "💳", gear: "⚙️", wrench: "🔧",
  hammer: "🔨", hammer_and_wrench: "🛠️", broom: "🧹", wastebasket: "🗑️", package: "📦", robot_face: "🤖", computer: "💻",
  globe_with_meridians: "🌐", cloud: "☁️", test_tube: "🧪", construction: "🚧", recycle: "♻️", arrows_counterclockwise: "🔄",
  repeat: "🔁", leftwards_arrow_with_hook: "↩️", arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
  large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫", large_green_square: "🟩", small_blue_diamond: "🔹",
};

export function emoji(name) {
  const [base] = name.split("::");
  return Object.hasOwn(EMOJI, base) ? EMOJI[base] : `:${name}:`;
}

/** Replace the known :short_names: in text that has no other markup. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+'-]+):/g, (_, name) => emoji(name));
}
