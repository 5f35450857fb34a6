"""The buttons on a setup's list by which the bot does a step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.domain.setup import Help
from bot.operations.projects import set_up
from handlers.payload import action_id, value
from handlers.surfaces import setup_card

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front

_NAMES = "|".join(Help)


def register(app: AsyncApp, front: Front) -> None:
    """Have the step done; the list follows by itself."""

    @app.action(re.compile(rf"^{setup_card.HELP}_({_NAMES})$"))
    async def setup_help(ack: AsyncAck, body: dict[str, Any]) -> None:
        wanted = Help(action_id(body).removeprefix(f"{setup_card.HELP}_"))
        await set_up.press(front.setup_desk, front.team_id, value(body), wanted, await front.person(body))
        await ack()
