"""Hold what a workspace is made of: conversations and messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.people import TEAM_ID
from sandbox.slack import manifest

Json = dict[str, Any]
NOTHING_TO_SHOW = "This content can't be displayed."


@dataclass(slots=True)
class Message:
    """One message; `visible_to` names the only reader of an ephemeral one."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    visible_to: str | None = None
    broadcast: bool = False
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    team_id: str = TEAM_ID

    @property
    def is_reply(self) -> bool:
        """Tell whether the message lives in a thread under another one."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def as_slack(self) -> Json:
        """Shape the message as the Web API and payloads show it."""
        shown: Json = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
            "team": self.team_id,
        }
        if self.bot_id:
            shown |= {"bot_id": self.bot_id, "app_id": manifest.APP_ID}
            shown |= {"bot_profile": bot_profile(self.team_id)}
        if self.blocks:
            shown["blocks"] = self.blocks
        optional = {
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "metadata": self.metadata,
            "files": self.files,
            "subtype": "file_share" if self.files else None,
        }
        if self.reactions:
            shown["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ]
        return shown | {key: value for key, value in optional.items() if value}

    def for_page(self, reply_count: int = 0) -> Json:
        """Shape the message as the page shows it."""
        shown: Json = {
            "ts": self.ts,
            "user": self.user,
            "text": self.text,
            "blocks": self.blocks,
            "ephemeral": self.visible_to is not None,
            "deleted": False,
        }
        optional = {
            "bot_id": self.bot_id,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "reply_count": reply_count,
            "files": self.files,
        }
        return shown | {key: value for key, value in optional.items() if value}


@dataclass(slots=True)
class Channel:
    """One conversation: a public or private channel, or a direct message with the app."""

    id: str
    name: str
    kind: Literal["public", "private", "im"]
    members: list[str]
    created: int
    topic: str = ""
    archived: bool = False
    shared: bool = False
    messages: list[Message] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)

    @property
    def partner(self) -> str:
        """Name the person at the other end of the app's direct message."""
        return next(member for member in self.members if member != manifest.BOT_USER_ID)

    @property
    def interaction_name(self) -> str:
        """Name the conversation as payloads do: only public channels have their name."""
        return {"im": "directmessage", "private": "privategroup"}.get(self.kind, self.name)

    def find(self, ts: str) -> Message | None:
        """Look a message up by its timestamp, ephemerals included."""
        return next((message for message in self.messages if message.ts == ts), None)

    def seen_by(self, user: str) -> list[Message]:
        """List what this member sees, oldest first."""
        return [message for message in self.messages if message.visible_to in {None, user}]

    def replies(self, thread_ts: str) -> list[Message]:
        """List the lasting replies of a thread, oldest first."""
        return [
            message
            for message in self.messages
            if message.thread_ts == thread_ts and message.is_reply and message.visible_to is None
        ]

    def unread(self, user: str) -> int:
        """Count what others wrote since this member last looked."""
        since = self.last_read.get(user, "")
        return sum(m.ts > since and m.user != user and not m.is_reply for m in self.seen_by(user))


def bot_profile(team_id: str) -> Json:
    """Describe the app beside its messages."""
    return {
        "id": manifest.BOT_ID,
        "app_id": manifest.APP_ID,
        "user_id": manifest.BOT_USER_ID,
        "name": manifest.APP_NAME,
        "deleted": False,
        "updated": 0,
        "team_id": team_id,
        "icons": {},
    }
