"""The buttons [More] and [From the start] under a list on Home."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from handlers.actions.more_requests import place
from handlers.announcing import homes
from handlers.payload import user_id
from handlers.surfaces import home

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Turn the page of one list; whose Home it is says Slack, not the button."""

    @app.action(re.compile(rf"^{home.MORE}(_first)?$"))
    async def home_more(ack: AsyncAck, body: dict[str, Any]) -> None:
        listing, cursor = place(body)
        await homes.publish(front, user_id(body), {listing.kind: cursor})
        await ack()
