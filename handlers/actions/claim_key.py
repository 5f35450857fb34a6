"""The buttons [Claim…] and [Replace…] of a key that others made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.payload import value
from handlers.surfaces import found_key
from handlers.views.claim_key import open_form

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Open the form; who decides there may name the owner in it."""

    @app.action(found_key.CLAIM)
    async def claim_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await open_form(front, body, *found_key.read(value(body)), replaced=False)
        await ack()

    @app.action(found_key.REPLACE)
    async def replace_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await open_form(front, body, *found_key.read(value(body)), replaced=True)
        await ack()
