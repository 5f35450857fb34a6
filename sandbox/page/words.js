/** Say in plain words what an error of the page API means for the person. */
const WORDS = {
  stale_element: "That control is gone: the message has changed since. Nothing was sent.",
  unreachable: "The sandbox does not answer. Is it still running?",
  not_in_channel: "This person is not a member of that channel.",
  channel_not_found: "This person cannot see that channel.",
  not_found: "That window is already closed.",
  user_not_found: "Nobody here has that id.",
  operation_timeout: "The app did not answer within 3 seconds.",
  dispatch_failed: "The app could not be reached. Is the bot running?",
  invalid_options: "The app sent options that Slack refuses; the traffic says why.",
  invalid_values: "Some fields need another look.",
  no_text: "There is nothing to send.",
  messages_tab_disabled: "Sending messages to this app has been turned off.",
  no_home: "The app has no Home tab.",
};

export function explain(error) {
  return WORDS[error.word] ?? `The sandbox refused that: ${error.word ?? error.message}`;
}
