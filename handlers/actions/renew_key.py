"""The button [Renew…]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.payload import value
from handlers.surfaces import care
from handlers.views.renew_key import open_form

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Ask how long; the rules are checked now and again when the form is sent."""

    @app.action(care.RENEW)
    async def renew_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await open_form(front, body, value(body))
        await ack()
