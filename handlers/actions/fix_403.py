"""The buttons of an answer that mend what it found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.operations.fixes import fix
from bot.operations.why_403.ask import found
from handlers.payload import action_id, value, view_id
from handlers.surfaces import repair_dm, why_fixes

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Ask for the fix, or have it done at once when an approver asks; the same press is the same fix."""

    @app.action(re.compile(rf"^{why_fixes.FIX}_\d$"))
    async def fix_403(ack: AsyncAck, body: dict[str, Any]) -> None:
        person = await front.person(body)
        case = await found(front.inquiries, person, value(body))
        number = int(action_id(body).rpartition("_")[2])
        repair = await fix.ask(front.bench, case, number, person)
        words = await front.words(body)
        if "view" in body:
            await front.outbox.update_view(repair_dm.view(words, repair), view_id=view_id(body))
        else:
            await front.outbox.whisper(body, repair_dm.sent(words, repair))
        await ack()
