"""Keep the conversations of the team and tell the open pages about every change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox import people
from sandbox.slack import directory, manifest
from sandbox.slack.errors import ApiError, PageError
from sandbox.slack.records import Channel, Json, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.slack.hub import Hub
    from sandbox.slack.ids import Timestamps

GENERAL = "C0GENERAL"
APPROVALS = "C0APPROVALS"


def seeded_channels(now: int) -> dict[str, Channel]:
    """Make the company's channels and each person's direct message with the app."""
    everyone = [person.user_id for person in people.PEOPLE]
    approvers = [person.user_id for person in (*people.APPROVERS, people.MALLORY)]
    bot = manifest.BOT_USER_ID
    channels = [
        Channel(GENERAL, "general", "public", [*everyone, bot], now, "Company news"),
        Channel(APPROVALS, "gemini-approvals", "private", [*approvers, bot], now, "Who gets a Gemini key"),
        *(
            Channel(f"D0{user.removeprefix('U0')}", manifest.APP_NAME, "im", [user, bot], now)
            for user in everyone
        ),
    ]
    return {channel.id: channel for channel in channels}


@dataclass(slots=True)
class Workspace:
    """Channels, messages and members of the one team."""

    clock: Callable[[], float]
    hub: Hub
    timestamps: Timestamps
    channels: dict[str, Channel]
    accounts: dict[str, directory.Account]

    def channel(self, channel_id: str) -> Channel:
        """Find a conversation by id or #name; ApiError channel_not_found."""
        wanted = channel_id.removeprefix("#")
        for channel in self.channels.values():
            if channel.id == channel_id or (channel.kind != "im" and channel.name == wanted):
                return channel
        raise ApiError("channel_not_found")

    def channel_of_bot(self, channel_id: str) -> Channel:
        """Find a conversation the app may use: not_in_channel, or channel_not_found for a private one."""
        channel = self.channel(channel_id)
        if manifest.BOT_USER_ID not in channel.members:
            raise ApiError("not_in_channel" if channel.kind == "public" else "channel_not_found")
        return channel

    def channel_of(self, user: str, channel_id: str) -> Channel:
        """Find a conversation this person is in; PageError channel_not_found (404)."""
        channel = self.channels.get(channel_id)
        if channel is None or user not in channel.members:
            raise PageError("channel_not_found", status=404)
        return channel

    def person(self, user: str) -> people.Person:
        """Find a person by user id; PageError user_not_found (404)."""
        account = self.accounts.get(user)
        if account is None:
            raise PageError("user_not_found", status=404)
        return account.person

    def direct_message(self, user: str) -> Channel:
        """Return the app's direct message with a user; ApiError user_not_found."""
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members and user in self.accounts:
                return channel
        raise ApiError("user_not_found")

    def add(self, message: Message) -> None:
        """Put a message into its conversation and show it to its readers."""
        channel = self.channels[message.channel]
        channel.messages.append(message)
        if message.visible_to:
            self.tell(message, "ephemeral")
            return
        channel.last_read[message.user] = message.ts
        self.tell(message, "message")
        self.tell_unread(channel)

    def changed(self, message: Message) -> None:
        """Show a message's new content to its readers."""
        self.tell(message, "message_changed")

    def remove(self, message: Message) -> None:
        """Take a message away from its conversation and its readers."""
        channel = self.channels[message.channel]
        channel.messages.remove(message)
        self.tell(message, "message_deleted")
        self.tell_unread(channel)

    def tell(self, message: Message, event: str) -> None:
        """Push one message event to whoever may read the message."""
        channel = self.channels[message.channel]
        readers = [message.visible_to] if message.visible_to else channel.members
        shown = message.for_page(len(channel.replies(message.ts)))
        if event == "message_deleted":
            shown["deleted"] = True
        self.hub.to_each(readers, {"type": event, "channel": channel.id, "message": shown})

    def tell_unread(self, channel: Channel) -> None:
        """Push the channel list, with its unread counts, to the members of a channel."""
        for user in channel.members:
            self.hub.to(user, {"type": "channels", "channels": self.channel_list(user)})

    def channel_list(self, user: str) -> list[Json]:
        """List the conversations this person is in, as the page shows them."""
        return [
            {
                "id": channel.id,
                "name": channel.name,
                "kind": channel.kind,
                "unread": channel.unread(user),
                "with": manifest.BOT_USER_ID if channel.kind == "im" else None,
                "topic": channel.topic,
            }
            for channel in self.channels.values()
            if user in channel.members
        ]
