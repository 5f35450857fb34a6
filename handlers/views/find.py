"""The form that finds, sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.listing import Kind, Listing
from bot.operations import lists
from handlers.search import wanted
from handlers.surfaces import find_modal, listed, request_line

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front
    from handlers.surfaces.blocks import Block


def register(app: AsyncApp, front: Front) -> None:
    """Show what is found in place of the form."""

    @app.view(find_modal.CALLBACK_ID)
    async def find(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        user_id, what = find_modal.read(view)
        looked_for = Listing(Kind.MINE, user_id) if user_id else wanted(front, what)
        await ack(response_action="update", view=await _found(front, body, looked_for))


async def _found(front: Front, body: dict[str, Any], looked_for: Listing | str) -> Block:
    words, person = await front.words(body), await front.person(body)
    if isinstance(looked_for, Listing):
        page = await lists.page(front.desk, front.team_id, looked_for, person)
        return listed.view(words, looked_for, page)
    request = await lists.show(front.desk, front.team_id, looked_for, person)
    story = await front.audit.story(front.team_id, request.id)
    return listed.found(words, request_line.whole(words, request, story)[1])
