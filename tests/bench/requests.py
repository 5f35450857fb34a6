"""Requests to measure with, written by the bot's own repository as people and workers write them."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import deciding, request_id
from bot.domain.audit import Event
from bot.domain.key_request import KeyRequest, State
from bot.domain.person import Person
from bot.store.queue import Queue, open_docket
from bot.store.requests import Requests

if TYPE_CHECKING:
    from bot.store.redis import Client

TEAM = "T0ACME"
ADA = Person(team_id=TEAM, user_id="U0ADA", name="Ada Lovelace", email="ada@acme.test")
GRACE = Person(team_id=TEAM, user_id="U0GRACE", name="Grace Hopper", email="grace@acme.test")
PURPOSE = "summarise support tickets in our internal tool"
AT_ONCE = 16


def now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def spelt(number: int, length: int = 6) -> str:
    """Give the request id of a number."""
    letters = []
    for _ in range(length):
        number, digit = divmod(number, len(request_id.ALPHABET))
        letters.append(request_id.ALPHABET[digit])
    return request_id.PREFIX + "".join(reversed(letters))


def asked(number: int, project_id: str = "acme-ml-dev", requester: Person = ADA) -> KeyRequest:
    """Make the request with a number: undecided, for a week."""
    made = now()
    return KeyRequest(
        id=spelt(number),
        requester=requester,
        project_id=project_id,
        environment="dev",
        purpose=PURPOSE,
        lifetime=timedelta(days=7),
        requested_at=made,
        lapses_at=made + timedelta(hours=8),
    )


def repository(redis: Client) -> Requests:
    """Open the bot's repository."""
    return Requests(redis, lambda: secrets.token_hex(6))


async def ask(requests: Requests, numbers: range, project_id: str = "acme-ml-dev") -> list[KeyRequest]:
    """Write undecided requests."""
    made: list[KeyRequest] = []
    for start in range(numbers.start, numbers.stop, AT_ONCE):
        batch = [asked(number, project_id) for number in range(start, min(start + AT_ONCE, numbers.stop))]
        await asyncio.gather(*(_add(requests, request) for request in batch))
        made += batch
    return made


async def approve(requests: Requests, request: KeyRequest) -> KeyRequest:
    """Let Grace say yes; no worker is told."""
    at = now()
    change = partial(deciding.approve, by=GRACE, at=at)
    return await requests.edit(TEAM, request.id, change, Event(at=at, by=GRACE.user_id, verb="approve"))


async def wake(redis_url: str, approved: list[KeyRequest]) -> None:
    """Tell the workers, as the approval does."""
    async with open_docket(redis_url) as docket:
        queue = Queue(docket, now)
        for start in range(0, len(approved), AT_ONCE):
            await asyncio.gather(*(queue.wake(request) for request in approved[start : start + AT_ONCE]))


async def until_active(requests: Requests, made: list[KeyRequest], seconds: float = 120) -> None:
    """Wait until every key works."""
    waiting = {request.id for request in made}
    async with asyncio.timeout(seconds):
        while waiting:
            found = [await requests.get(TEAM, name) for name in sorted(waiting)]
            waiting = {request.id for request in found if request.state is not State.ACTIVE}
            if any(request.state is State.FAILED for request in found):
                raise RuntimeError(f"not provisioned: {[r.failure for r in found if r.failure][:1]}")
            await asyncio.sleep(0.02)


async def _add(requests: Requests, request: KeyRequest) -> None:
    event = Event(at=request.requested_at, by=request.requester.user_id, verb="request")
    if await requests.add(request, event, once=f"bench-{request.id}") is None:
        raise RuntimeError(f"{request.id} is taken")
