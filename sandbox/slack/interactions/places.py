"""Find where a person acts: a message, a modal or the Home tab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.slack.blocks.walk import find_element
from sandbox.slack.delivery import payloads
from sandbox.slack.errors import PageError

if TYPE_CHECKING:
    from sandbox.slack.records import Channel, Json, Message
    from sandbox.slack.team import Team
    from sandbox.slack.views import View


@dataclass(frozen=True, slots=True)
class Place:
    """A surface with blocks: either a view, or a message in its channel."""

    view: View | None = None
    channel: Channel | None = None
    message: Message | None = None

    @property
    def blocks(self) -> list[Json]:
        """Give the blocks as they stand now."""
        if self.view is not None:
            return self.view.blocks
        return self.message.blocks if self.message is not None else []

    def payload(self) -> Json:
        """Describe the place in a payload."""
        if self.view is not None:
            return payloads.in_view(self.view)
        if self.channel is None or self.message is None:
            raise PageError("stale_element")
        return payloads.in_message(self.channel, self.message)

    def element(self, block_id: str, action_id: str) -> Json:
        """Find the element that stands there now; PageError stale_element."""
        element = find_element(self.blocks, block_id, action_id)
        if element is None:
            raise PageError("stale_element")
        return element


def find_place(team: Team, user: str, container: Any) -> Place:
    """Find the surface that the page means; PageError stale_element when it is gone or not this user's."""
    kind = container.get("type") if isinstance(container, dict) else None
    if kind == "message":
        channel = team.workspace.channel_of(user, container.get("channel", ""))
        ts = container.get("ts")
        message = next((each for each in channel.seen_by(user) if each.ts == ts), None)
        if message is not None:
            return Place(channel=channel, message=message)
    if kind == "home" and user in team.views.homes:
        return Place(view=team.views.homes[user])
    if kind == "view":
        view = team.views.find(container.get("view_id", ""))
        if view is not None and view.user == user:
            return Place(view=view)
    if kind not in {"message", "home", "view"}:
        raise PageError("invalid_container")
    raise PageError("stale_element")
