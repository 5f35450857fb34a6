"""Change a live key for a new one, and decide about the old one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import rotation
from bot.domain.audit import Event
from bot.domain.redact import redact
from bot.operations.desk import check_keeper

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.operations.desk import Desk


async def rotate(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Have a new key made in the same secret; the old one works on until it is unused."""
    live = await _checked(desk, team_id, request_id, by)
    environment = desk.policy().environments.get(live.environment)
    grace = environment.rotation_grace if environment else live.rotation_grace
    move = partial(rotation.rotate, by=by, at=desk.now(), grace=grace, reason="asked")
    return await _write(desk, live, move, by, "rotate")


async def retire_anyway(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Have the old key deleted although it may still be used."""
    live = await _checked(desk, team_id, request_id, by)
    return await _write(desk, live, partial(rotation.retire_anyway, at=desk.now()), by, "retire-anyway")


async def keep_longer(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Give the old key another week."""
    live = await _checked(desk, team_id, request_id, by)
    return await _write(desk, live, partial(rotation.keep_longer, at=desk.now()), by, "keep-longer")


async def report_leak(desk: Desk, team_id: str, request_id: str, by: Person, reason: str = "") -> KeyRequest:
    """Have every key of it deleted at once, and a new one made under the same approval."""
    live = await _checked(desk, team_id, request_id, by)
    reason = redact(reason)  # a pasted key is not kept
    move = partial(rotation.replace_key, by=by, at=desk.now(), reason=reason, leaked=True)
    return await _write(desk, live, move, by, "leak")


async def _checked(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    request = await desk.requests.get(team_id, request_id)
    await check_keeper(desk, request, by)
    return request


async def _write(
    desk: Desk, live: KeyRequest, move: Callable[[KeyRequest], KeyRequest], by: Person, verb: str
) -> KeyRequest:
    event = Event(at=desk.now(), by=by.user_id, verb=verb)
    request = await desk.requests.edit(live.team_id, live.id, move, event)
    await desk.jobs.wake(request)
    return request
