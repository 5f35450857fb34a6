"""The sweep finds what lost its job, whatever else lies in Redis."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.audit import Event
from bot.domain.repair import Offer, Remedy, Repair
from bot.domain.setup import Setup
from bot.jobs import cases, setups
from bot.store import keys
from tests.support.people import ADA, NOW, TEAM

if TYPE_CHECKING:
    from tests.support.slack_side import SlackSide

EVENT = Event(at=NOW, by=ADA.user_id, verb="asked")
LATER = NOW + timedelta(days=1)


@dataclass
class Heard:
    """Remember who was woken."""

    ids: list[str] = field(default_factory=list)

    async def wake(self, record: Any, at: object = None) -> None:
        self.ids.append(record.id)


async def test_an_unreadable_setup_keeps_no_other_asleep(side: SlackSide) -> None:
    """The second checklist is woken although the first can't be read."""
    heard = Heard()
    for name in ("SET-AAAA", "SET-BBBB"):
        asked = Setup(id=name, requester=ADA, project_id="acme-ml-dev", requested_at=NOW, next_run_at=NOW)
        assert await side.service.setups.add(asked, EVENT, once=name)
    await side.service.redis.hset(keys.setup(TEAM, "SET-AAAA"), "json", "{}")  # type: ignore[misc]

    await setups.sweep(replace(side.service, setup_queue=heard), TEAM, LATER)  # type: ignore[arg-type]

    assert heard.ids == ["SET-BBBB"]


async def test_an_unreadable_fix_keeps_no_other_asleep(side: SlackSide) -> None:
    """The same for fixes: one is woken although the other can't be read."""
    heard, offer = (
        Heard(),
        Offer(remedy=Remedy.ENABLE_API, cause="service-disabled", project_id="acme-ml-dev"),
    )
    for name in ("FIX-AAAA", "FIX-BBBB"):
        asked = Repair(id=name, requester=ADA, offer=offer, requested_at=NOW, lapses_at=NOW)
        assert await side.service.repairs.add(asked, EVENT, once=name)
    await side.service.redis.hset(keys.repair(TEAM, "FIX-AAAA"), "json", "{}")  # type: ignore[misc]

    await cases.sweep(replace(side.service, case_queue=heard), TEAM, LATER)  # type: ignore[arg-type]

    assert heard.ids == ["FIX-BBBB"]
