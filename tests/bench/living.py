"""Live keys by the thousand: records as the repository writes them, over many people and projects."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain import deciding, granting
from bot.domain.audit import Event
from bot.domain.key_uses import KeyUses
from bot.provisioning.plan import STEP_NAMES
from bot.store.uses import Uses
from tests.bench import finished
from tests.bench import requests as made

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.store.redis import Client

# Google gives a project 300 keys.
IN_A_PROJECT = 250
# Every so many-th key is Ada's, who is looked at; the others are spread over people.
ADAS = 10
PEOPLE = 500


def key(number: int) -> KeyRequest:
    """Make the live key with a number, whose time ends within three months."""
    requester = made.ADA if number % ADAS == 0 else finished.person(number % PEOPLE)
    asked = replace(
        made.asked(number, project(number), requester), lifetime=timedelta(days=90, minutes=-number)
    )
    began = asked.requested_at
    approved = deciding.approve(asked, made.GRACE, began)
    live = granting.activate(granting.take_up(approved, began), began)
    return replace(live, done=STEP_NAMES, key_uid=uid(number), secret_version="1")


def project(number: int) -> str:
    """Name the project of a key: neighbours are in different ones, so that a page shows many."""
    return f"acme-p{number % 40:02}-{number // (40 * IN_A_PROJECT)}"


def uid(number: int) -> str:
    """Give a key's uid."""
    return f"66325eda-ad2f-48d1-9213-{number:012}"


async def fill(redis: Client, number: int) -> None:
    """Write so many live keys, and when each was used last."""
    requests, event = made.repository(redis), Event(at=made.now(), by=made.ADA.user_id, verb="request")
    for start in range(0, number, made.AT_ONCE):
        some = [key(n) for n in range(start, min(start + made.AT_ONCE, number))]
        await asyncio.gather(*(requests.add(one, event, once="") for one in some))
    used: dict[str, dict[str, int]] = {}
    for n in range(number):
        used.setdefault(project(n), {})[uid(n)] = n % 30
    at = made.now()
    for project_id, days in used.items():
        last = {each: at - timedelta(days=ago) for each, ago in days.items()}
        await Uses(redis).put(KeyUses(project_id=project_id, at=at, last=last))
