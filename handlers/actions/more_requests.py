"""The buttons [More] and [From the start] under a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.domain import listing
from bot.errors import Refused
from bot.operations import lists
from handlers.payload import value, view_id
from handlers.surfaces import listed

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Turn the page where it stands; who may see it is checked again."""

    @app.action(re.compile(rf"^{listed.MORE}(_first)?$"))
    async def more_requests(ack: AsyncAck, body: dict[str, Any]) -> None:
        wanted, cursor = place(body)
        page = await lists.page(front.desk, front.team_id, wanted, await front.person(body), cursor)
        words = await front.words(body)
        if "view" in body:
            view = listed.view(words, wanted, page, cursor)
            await front.outbox.update_view(view, view_id=view_id(body))
        else:
            url = str(body.get("response_url") or "")
            await front.outbox.respond(url, *listed.message(words, wanted, page, cursor))
        await ack()


def place(body: dict[str, Any]) -> tuple[listing.Listing, str]:
    """Read which list is turned, and to where."""
    found = listing.read(value(body))
    if found is None:
        raise Refused("This list is too old. Please ask for it again.")
    return found
