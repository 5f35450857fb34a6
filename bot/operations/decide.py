"""Say yes or no to a request."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import deciding, rules
from bot.domain.audit import Event
from bot.domain.key_request import State
from bot.domain.limits import quotas
from bot.domain.redact import redact
from bot.errors import Refused
from bot.operations.desk import check_overseer, decider_ids, deciders, members_of
from bot.operations.submit import check_may_ask

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.operations.desk import Desk


async def approve(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Approve; the last approval needed sets the workers going."""
    asked, instead_of = await authority(desk, team_id, request_id, by)
    if asked.state is State.PENDING:
        await check_still_allowed(desk, asked)
    now, step_up = desk.now(), await in_step_up(desk, asked, instead_of or by.user_id)
    request = await desk.requests.edit(
        team_id,
        request_id,
        partial(deciding.approve, by=by, at=now, step_up=step_up, instead_of=instead_of),
        Event(at=now, by=by.user_id, verb="approve", details=on_behalf(instead_of)),
        quotas(desk.policy(), asked.project_id),
    )
    await desk.jobs.wake(request)
    return request


async def check_still_allowed(desk: Desk, request: KeyRequest) -> None:
    """Refuse a key to who could not ask for it today: nothing is given there, or he has left."""
    rules.check_given(request, desk.policy())
    requester = await desk.directory.person(request.team_id, request.requester.user_id)
    try:
        rules.check_requester(requester, desk.policy(), request.team_id)
    except Refused:
        raise Refused(
            "{name} can't be given a key any more: that account is off, or no company account.",
            name=request.requester.name,
        ) from None
    await check_may_ask(desk, requester, request.project_id, request.environment)


async def in_step_up(desk: Desk, request: KeyRequest, user_id: str) -> bool:
    """Tell whether somebody is of the group of which one must say yes, too."""
    step_up = desk.policy().route(request.project_id, request.environment).step_up
    return step_up is not None and user_id in await members_of(desk, request.team_id, (step_up,))


async def deny(desk: Desk, team_id: str, request_id: str, by: Person, reason: str) -> KeyRequest:
    """Deny, with the reason that the requester is told."""
    _, instead_of = await authority(desk, team_id, request_id, by)
    now, reason = desk.now(), redact(reason)  # a pasted key is not kept
    return await desk.requests.edit(
        team_id,
        request_id,
        partial(deciding.deny, by=by, at=now, reason=reason, instead_of=instead_of),
        Event(at=now, by=by.user_id, verb="deny", details={"reason": reason, **on_behalf(instead_of)}),
    )


async def check_may_decide(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Check authority anew, at the click; returns the request as it stands."""
    request, _ = await authority(desk, team_id, request_id, by)
    return request


async def authority(desk: Desk, team_id: str, request_id: str, by: Person) -> tuple[KeyRequest, str]:
    """Check authority anew; tells whom a deputy stands in for, empty for who decides himself."""
    request = await desk.requests.get(team_id, request_id)
    may = await deciders(desk, request)
    rules.check_approver(by, request, may.ids)
    return request, may.instead_of(by.user_id)


def on_behalf(instead_of: str) -> dict[str, str]:
    """Note for the audit whom a deputy stood in for."""
    return {"instead_of": instead_of} if instead_of else {}


async def check_pending(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Check that there is something left to decide for this person."""
    request = await check_may_decide(desk, team_id, request_id, by)
    deciding.check_pending(request)
    return request


async def check_may_see(desk: Desk, request: KeyRequest, person: Person) -> None:
    """Refuse to show a request to who could neither decide it nor decides for the company."""
    if person.user_id not in await decider_ids(desk, request):
        await check_overseer(desk, request.team_id, person)
    rules.check_member(person, request.team_id)
