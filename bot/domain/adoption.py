"""Keys that were there before the bot: an adopted one is its request's rotation 0, which no secret holds.

It is asked for, decided, warned of and ended as any other; its successor is made as a rotation makes one,
and Google is watched until nobody calls the old one any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import granting, rotation

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.key_request import KeyRequest


def activate(request: KeyRequest, at: datetime) -> KeyRequest:
    """Say that the key is its holder's; one that is to be replaced gets its successor at once."""
    live = granting.activate(request, at)
    if live.in_place and live.adopted and live.adopted.replaced:
        return rotation.rotate(live, live.approved_by or live.requester, at, live.rotation_grace, "adopted")
    return live
