"""The form that gives a found key an owner: opened by a button or a command, and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.rules import check_member
from bot.operations.adopt import claim, found, may_give
from handlers.payload import once, trigger
from handlers.surfaces import claim_modal

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Keep the claim, then say so; the view's id makes a second delivery the same claim."""

    @app.view(claim_modal.CALLBACK_ID)
    async def claim_key(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        words, by = await front.words(body), await front.person(body)
        form = claim_modal.read(words, view)
        if form.draft is None:
            await ack(response_action="errors", errors=form.errors)
            return
        request = await claim(
            front.adopting, form.draft, by, owner_id=form.owner_id, replaced=form.replaced, once=once(body)
        )
        await ack(response_action="update", view=claim_modal.sent(words, request))


async def open_form(
    front: Front, body: dict[str, Any], project_id: str, key_id: str, *, replaced: bool
) -> None:
    """Open the form for a key of the project's last list."""
    person = await front.person(body)
    check_member(person, front.team_id)
    _, key = await found(front.adopting, front.team_id, project_id, key_id)
    giving = await may_give(front.desk, person, project_id)
    owner_id = await front.directory.member_with(front.team_id, key.owner_guess) if giving else None
    view = claim_modal.build(
        await front.words(body), front.policy(), project_id, key, replaced=replaced, owner_id=owner_id
    )
    await front.outbox.open_view(trigger(body), view)
