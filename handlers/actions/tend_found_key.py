"""The buttons [Restrict], [Delete] and [Undo] of a key that others made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.repair import Remedy
from bot.operations.adopt import tend, undelete
from handlers.payload import action_id, value
from handlers.surfaces import found_key, repair_dm

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.domain.repair import Repair
    from handlers.front import Front

REMEDIES = {found_key.RESTRICT: Remedy.RESTRICT_KEY, found_key.DELETE: Remedy.DELETE_KEY}


def register(app: AsyncApp, front: Front) -> None:
    """Ask for it, or have it done at once when an approver asks; the same press is the same fix."""

    async def answer(ack: AsyncAck, body: dict[str, Any], repair: Repair) -> None:
        await front.outbox.whisper(body, repair_dm.sent(await front.words(body), repair))
        await ack()

    async def tend_found_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        remedy = REMEDIES[action_id(body)]
        named = found_key.read(value(body))
        await answer(ack, body, await tend(front.adopting, *named, remedy, await front.person(body)))

    for pressed in REMEDIES:
        app.action(pressed)(tend_found_key)

    @app.action(found_key.UNDELETE)
    async def undelete_found_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await answer(ack, body, await undelete(front.adopting, value(body), await front.person(body)))
