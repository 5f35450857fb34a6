"""Make probes, all at once, each with its own limit; a refusal is a reading too, and evidence for nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.diagnosis.probes import Reading
from bot.diagnosis.probing import wanted
from bot.errors import GoogleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime, timedelta

    from bot.diagnosis.probes import Probe, Subject, World

# Seconds. A probe that takes longer has not answered; the others are not kept waiting.
LONGEST = 4.0


@dataclass(frozen=True, slots=True)
class Looked:
    """What was read, and how; `held` are the permissions that were found."""

    facts: Mapping[str, object]
    readings: tuple[Reading, ...]
    held: Mapping[str, frozenset[str]] = field(default_factory=dict)


async def look(
    world: World,
    needed: AbstractSet[str],
    subject: Subject,
    now: Callable[[], datetime],
    longest: timedelta,
) -> Looked:
    """Read the facts about a subject, as long as the slowest probe takes and no longer than `longest`."""
    began = now()
    answers = await asyncio.gather(
        *(_read(world, probe, subject, began, now, longest) for probe in wanted(needed, subject))
    )
    facts = {name: value for known, _ in answers for name, value in known.items()}
    return Looked(facts, tuple(reading for _, reading in answers))


async def refusal(attempt: Awaitable[None], longest: timedelta) -> str:
    """Make an attempt; returns Google's status when it was refused, empty when not."""
    try:
        async with asyncio.timeout(longest.total_seconds()):
            await attempt
    except GoogleError as error:
        return error.status
    except TimeoutError:
        return "DEADLINE_EXCEEDED"
    return ""


async def _read(
    world: World,
    probe: Probe,
    subject: Subject,
    began: datetime,
    now: Callable[[], datetime],
    longest: timedelta,
) -> tuple[dict[str, object], Reading]:
    facts: dict[str, object] = {}

    async def read() -> None:
        facts.update(await probe.read(world, subject, began))

    unread = await refusal(read(), longest)
    reading = Reading(
        call=probe.call,
        about=probe.about(subject),
        at=now(),
        facts=tuple(facts) or probe.facts,
        unread=unread,
    )
    return facts, reading
