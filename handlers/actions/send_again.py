"""The button [Edit and send again]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.rules import check_requester
from bot.errors import Refused
from handlers.payload import trigger, user_id, value
from handlers.surfaces import request_modal, requester_dm

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Open the form filled with an earlier request of one's own."""

    @app.action(requester_dm.SEND_AGAIN)
    async def send_again(ack: AsyncAck, body: dict[str, Any]) -> None:
        request = await front.desk.requests.get(front.team_id, value(body))
        if request.requester.account != (front.team_id, user_id(body)):
            raise Refused("Only the person who asked for {id} can send it again.", id=request.id)
        check_requester(await front.person(body), front.policy(), front.team_id)
        view = request_modal.build(await front.words(body), front.policy(), {}, draft=request.draft)
        await front.outbox.open_view(trigger(body), view)
        await ack()
