"""Ask for a key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain import automatic, deciding, limits, request_id, rules
from bot.domain.audit import Event
from bot.domain.calendar import REMINDERS
from bot.domain.key_request import KeyRequest, State
from bot.domain.kinds import Kind
from bot.domain.limits import Counted, LimitReached
from bot.domain.listing import Kind as ListKind
from bot.domain.listing import Listing
from bot.domain.redact import redact
from bot.domain.unusual import unusual
from bot.errors import Refused
from bot.operations.desk import gone, groups_of, members_of
from bot.operations.free_id import under_free_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.approvers import Approvers
    from bot.domain.automatic import Rule
    from bot.domain.key_request import Draft
    from bot.domain.person import Person
    from bot.domain.via import Via
    from bot.operations.desk import Desk

# Nobody has more undecided requests than this, or remembers more.
LOOKED_BACK = 50


async def submit(
    desk: Desk,
    draft: Draft,
    requester: Person,
    *,
    once: str,
    via: Via | None = None,
    by: Person | None = None,
) -> KeyRequest:
    """Check the draft, keep it as a pending request; the same `once` gives the same request.

    A rule of the policy may approve it at once, as long as its cap and the quotas have room. `via` names
    what asked in the requester's name, `by` the person who sent it for him, if somebody did.
    """
    if earlier := await _earlier(desk, requester, once):
        return earlier
    try:
        return await _submitted(desk, draft, requester, once, via, by)
    except Refused:
        # The same delivery may have come a moment ahead, and what it led to stands in its own way.
        if earlier := await _earlier(desk, requester, once):
            return earlier
        raise


async def _earlier(desk: Desk, requester: Person, once: str) -> KeyRequest | None:
    """Find what a delivery has already led to."""
    found = await desk.requests.once(requester.team_id, once)
    return await desk.requests.get(requester.team_id, found) if found else None


async def _submitted(
    desk: Desk, draft: Draft, requester: Person, once: str, via: Via | None, by: Person | None
) -> KeyRequest:
    asked = replace(await _checked(desk, draft, requester), via=via)
    await desk.requests.check_room(asked, limits.quotas(desk.policy(), draft.project_id))
    for rule in await approving(desk, draft, requester):
        try:
            return await _approved(desk, asked, rule, once)
        except LimitReached as reached:
            if reached.limit.counted is not Counted.RULE:
                raise
    return await keep(desk, lambda drawn: _named(asked, drawn), once, by=by)


async def _checked(desk: Desk, draft: Draft, requester: Person) -> KeyRequest:
    """Hold the draft against the policy; what comes out has no id yet."""
    policy = desk.policy()
    rules.check_requester(requester, policy, desk.team_id)
    rules.check_draft(draft, policy)
    await check_may_ask(desk, requester, draft.project_id, draft.environment)
    route = policy.route(draft.project_id, draft.environment)
    needed = policy.needed(draft.environment)
    await _check_decidable(desk, requester, tuple(route.everybody), needed)
    if route.step_up:
        await _check_decidable(desk, requester, (route.step_up,), 1)
    if draft.adopted:
        await _check_free(desk, requester.team_id, draft.project_id, draft.adopted.key_id)
    elif already := await waiting(desk, requester, draft.project_id):
        raise rules.Invalid("project", "You already have {id} waiting for this project.", id=already.id)
    return await described(desk, draft, requester)


async def check_may_ask(desk: Desk, person: Person, project_id: str, environment: str) -> None:
    """Refuse who is none of those who may ask there; a group that cannot be read lets nobody in."""
    named = desk.policy().requesters(project_id, environment)
    if named and person.user_id not in await members_of(desk, person.team_id, (named,)):
        raise rules.Invalid(
            "project",
            "Only certain people may ask for {environment} keys in {project}. Your admin knows whom.",
            environment=environment,
            project=project_id,
        )


async def described(desk: Desk, draft: Draft, requester: Person) -> KeyRequest:
    """Make a request of a draft that was checked, with what the policy and the past add to it."""
    policy, now = desk.policy(), desk.now()
    approval = policy.approval
    environment = policy.environments[draft.environment]
    route = policy.route(draft.project_id, draft.environment)
    earlier = await desk.requests.mine(requester.team_id, requester.user_id, limit=LOOKED_BACK)
    keyless = draft.kind is Kind.VERTEX  # always paid, and without a key to be changed or found idle
    return KeyRequest(
        id="",
        requester=requester,
        project_id=draft.project_id,
        environment=draft.environment,
        purpose=redact(draft.purpose.strip()),  # a pasted key is not kept
        lifetime=draft.lifetime,
        restriction=draft.restriction,
        requested_at=now,
        lapses_at=approval.lapses_at(now),
        reminds_at=tuple(approval.after(now, after) for after in REMINDERS) if approval.hours else (),
        opens_at=approval.opens_at(now),
        approvals_needed=policy.needed(draft.environment),
        step_up=route.step_up is not None,
        billing_required=environment.billing_required or keyless,
        kind=draft.kind,
        identity=draft.identity,
        escalates_at=tuple(approval.after(now, group.after) for group in route.later),
        rotate_every=None if keyless else environment.rotate_every,
        rotation_grace=environment.rotation_grace,
        adopted=draft.adopted,
        rotation=0 if draft.adopted else 1,
        held=await desk.requests.holds(requester.team_id, requester.user_id),
        unusual=tuple(unusual(draft, environment, earlier, out_of_hours=bool(approval.opens_at(now)))),
        idle=environment.idle.begun() if environment.idle and not keyless else None,
    )


async def _check_decidable(desk: Desk, requester: Person, groups: Sequence[Approvers], needed: int) -> None:
    """Refuse what nobody could approve: those named in the policy may have left, groups know who is there."""
    team_id = requester.team_id
    everybody = await members_of(desk, team_id, groups)
    named = frozenset[str]().union(*(group.users for group in groups))
    if len(everybody - named - {requester.user_id}) < needed:
        everybody -= await gone(desk, team_id, named)
    rules.check_decidable(requester, everybody, needed)


async def approving(desk: Desk, draft: Draft, requester: Person) -> Sequence[Rule]:
    """List the rules that would approve it; raises when one says no, or nobody can say who is in a group."""
    policy, user_id = desk.policy(), requester.user_id
    named = [usergroup for rule in policy.rules for usergroup in rule.usergroups]
    groups = await groups_of(desk, requester, named)
    if denied := automatic.denying(policy.rules, draft, user_id, groups):
        raise rules.Invalid("project", "The policy says no: {because}", because=denied.because)
    return automatic.approving(policy.rules, draft, user_id, groups)


async def _approved(desk: Desk, asked: KeyRequest, rule: Rule, once: str) -> KeyRequest:
    now = asked.requested_at
    return await keep(
        desk,
        lambda drawn: deciding.approve_by_rule(_named(asked, drawn), rule.name, now),
        once,
        (*limits.quotas(desk.policy(), asked.project_id), limits.cap(rule, now)),
    )


async def keep(
    desk: Desk,
    made: Callable[[str], KeyRequest],
    once: str,
    room: Sequence[limits.Limit] = (),
    by: Person | None = None,
) -> KeyRequest:
    """Store a new request under an id that nobody else has, and set the workers going."""

    async def add(drawn: str) -> KeyRequest | None:
        request = made(drawn)
        return await desk.requests.add(request, _event(request, by or request.requester), room, once=once)

    kept = await under_free_id(desk.choose, request_id.PREFIX, add)
    await desk.jobs.wake(kept)
    return kept


def _event(request: KeyRequest, by: Person) -> Event:
    """Say for the audit how it came to be."""
    verb, details = "request", {"rule": request.rule} if request.rule else {}
    if request.emergency:
        verb, details = "break-glass", {"skipped": " ".join(request.skipped)}
    elif request.adopted:
        verb, details = "claim", {"key": request.adopted.key_id, "owner": request.requester.user_id}
    if request.via:
        details["via"] = str(request.via)
    return Event(at=request.requested_at, by=by.user_id, verb=verb, details=details)


def _named(asked: KeyRequest, drawn: str) -> KeyRequest:
    return replace(asked, id=drawn)


async def waiting(desk: Desk, requester: Person, project_id: str) -> KeyRequest | None:
    """Find the requester's undecided request for a project."""
    mine = await desk.requests.mine(requester.team_id, requester.user_id, limit=LOOKED_BACK)
    undecided = (r for r in mine if r.state is State.PENDING and not r.adopted)
    return next((r for r in undecided if r.project_id == project_id), None)


async def _check_free(desk: Desk, team_id: str, project_id: str, key_id: str) -> None:
    """Refuse a found key that somebody has claimed already; Google has the last word when it is marked."""
    cursor = ""
    while True:
        page = await desk.requests.page(team_id, Listing(ListKind.PROJECT, project_id), cursor, LOOKED_BACK)
        for request in page.requests:
            if request.adopted and request.adopted.key_id == key_id:
                raise Refused("That key is claimed already: {id}.", id=request.id)
        cursor = page.cursor
        if not cursor:
            return
