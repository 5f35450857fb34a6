"""What can be wrong with the app, its tokens, the channel of the cards and the approvers."""

from __future__ import annotations

from bot.diagnosis.cause import Fixer
from bot.doctor.line import Area, trouble
from bot.languages.words import N_

AREA = Area("slack")
_ADMIN = (Fixer.REQUESTER,)
_WORKSPACE = (Fixer.WORKSPACE_ADMIN,)
_REINSTALL = "gemini-key-bot manifest"

TOKEN = trouble(
    "slack-token",
    N_("Slack does not take SLACK_BOT_TOKEN"),
    N_("Copy the Bot User OAuth Token (xoxb-…) from the app's page, OAuth & Permissions."),
    who=_ADMIN,
)
INSTALLED_TOKEN = trouble(
    "slack-workspace-token",
    N_("Slack does not take the token of {team}"),
    N_("Install the app again in {team}: open /slack/install at the bot's address, signed in there."),
    who=_WORKSPACE,
)
UNREACHABLE = trouble(
    "slack-unreachable",
    N_("Slack can't be reached"),
    N_("Let the machine reach slack.com on port 443, and check SLACK_API_URL if it is set."),
    command="curl -sS https://slack.com/api/api.test",
    who=_ADMIN,
)
PLAIN = trouble(
    "slack-plain-text",
    N_("SLACK_API_URL is not https: the token would travel in the clear"),
    N_("Unset SLACK_API_URL, or give it an https address."),
    who=_ADMIN,
)
SCOPES = trouble(
    "slack-scopes",
    N_("The app lacks scopes: {scopes}"),
    N_("Add the scopes in the app's manifest, then install the app again: {lost}."),
    command=_REINSTALL,
    who=_WORKSPACE,
)
APP_TOKEN = trouble(
    "slack-app-token",
    N_("Slack opens no Socket Mode connection with SLACK_APP_TOKEN"),
    N_("Switch Socket Mode on, and generate an app-level token (xapp-…) with connections:write."),
    who=_ADMIN,
)
SIGNING_SECRET = trouble(
    "slack-signing-secret",
    N_("SLACK_SIGNING_SECRET is no signing secret"),
    N_("Copy the Signing Secret (32 hexadecimal digits) from the app's page, Basic Information."),
    who=_ADMIN,
)
HTTP = trouble(
    "slack-http",
    N_("Whether Slack reaches the bot over HTTP can't be seen from here"),
    N_("From outside, the request URL must answer 401 to an unsigned POST."),
    command="curl -i -X POST https://YOUR_HOST/slack/events",
    who=_ADMIN,
)
CHANNEL = trouble(
    "approval-channel",
    N_("The bot can't post cards in {channel}"),
    N_("Invite the bot there (/invite @bot), or set approval.channel to the id of a channel that it is in."),
    who=_ADMIN,
)
CHANNEL_ARCHIVED = trouble(
    "approval-channel-archived",
    N_("The approval channel {channel} is archived"),
    N_("Unarchive it, or set approval.channel to another one."),
    who=_ADMIN,
)
CHANNEL_SHARED = trouble(
    "approval-channel-shared",
    N_("The approval channel {channel} is shared with another workspace, so no card is posted there"),
    N_("Set approval.channel to a private channel of your own people."),
    who=_ADMIN,
)
CHANNEL_PUBLIC = trouble(
    "approval-channel-public",
    N_("The approval channel {channel} is public: everybody reads what is asked for"),
    N_("Make it private, or set approval.channel to a private channel."),
    who=_WORKSPACE,
)
GROUP = trouble(
    "approver-group",
    N_("The approvers' user group {group} can't be read, so nobody in it can approve"),
    N_("Check approval.approvers.usergroup, or name people under approval.approvers.users."),
    who=_ADMIN,
)
APPROVERS = trouble(
    "approvers",
    N_("There are not enough approvers"),
    N_("Name at least {needed} approvers beside whoever asks, or lower `approvals` in the policy."),
    command="gemini-key-bot policy check policy.toml",
    who=_ADMIN,
)
APPROVER = trouble(
    "approver",
    N_("{user} can't approve"),
    N_("Take {user} out of approval.approvers.users, or correct the id."),
    who=_ADMIN,
)
NOT_IN_CHANNEL = trouble(
    "approvers-not-in-channel",
    N_("Approvers are not in the approval channel and see no card"),
    N_("Invite them to {channel}: {users}."),
    who=_ADMIN,
)
