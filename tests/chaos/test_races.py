from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from bot.store.audit import Audit
from sandbox.demo.visitor import Visitor
from sandbox.people import ADA, ALAN, GRACE, RADIA, TEAM_ID
from tests.chaos import invariants
from tests.chaos.lane import Lane
from tests.chaos.tally import ALL

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Zygote

pytestmark = pytest.mark.chaos

ROUNDS = 30 if ALL else 3
DECISIONS = {"approve": State.ACTIVE, "withdraw": State.WITHDRAWN}


class Rush:
    """Three approvers and the requester, all at the same card, each clicking twice."""

    def __init__(self, lane: Lane, people: dict[str, Visitor]) -> None:
        self._lane, self._people = lane, people

    async def once(self) -> tuple[KeyRequest, list[str]]:
        """Let them all click at once; returns what came of it and what was wrong with it."""
        lane, request = self._lane, await self._lane.submitted()
        card = await self._people["U0GRACE"].message("C0APPROVALS", lambda m: request.id in str(m), "card")
        for person in self._people.values():
            person.whispers.clear()
            person.notices.clear()
        clicks = [
            self._people[who.user_id].press("approve_request", card)
            for who in (GRACE, ALAN, RADIA)
            for _ in range(2)
        ]
        withdrawals = [self._people["U0ADA"].command(f"/gemini-key withdraw {request.id}") for _ in range(2)]
        await asyncio.gather(*clicks, *withdrawals, return_exceptions=True)
        ended = await lane.until(request, *DECISIONS.values(), State.FAILED)
        return ended, [*await self._one_decision(ended), *self._losers_told(ended)]

    async def _one_decision(self, request: KeyRequest) -> list[str]:
        verbs = Counter[str]()
        async for entry in Audit(self._lane.service.redis).entries(TEAM_ID):
            event = json.loads(entry.event)
            if event["request"] == request.id:
                verbs[event["verb"]] += 1
        decisions = {verb: verbs[verb] for verb in DECISIONS if verbs[verb]}
        wanted = {verb: 1 for verb, state in DECISIONS.items() if state is request.state}
        return [] if decisions == wanted else [f"{request.state} after {decisions}"]

    def _losers_told(self, request: KeyRequest) -> list[str]:
        """Find who lost and heard nothing; where the answer was lost, Slack itself shows a notice."""
        winner = request.approved_by or request.requester
        found = []
        for user_id, person in self._people.items():
            if user_id in (winner.user_id, "U0ADA" if request.state is State.WITHDRAWN else ""):
                continue
            if not person.notices and not any(request.id in str(said) for said in person.whispers):
                found.append(f"{user_id} was not told who decided {request.id}: {person.whispers}")
        return found


@pytest.mark.parametrize("fault", ["none", *(["acks lost", "events doubled"] if ALL else [])])
async def test_a_rush_on_one_card_has_one_outcome(zygote: Zygote, tally: Tally, fault: str) -> None:
    """Two front ends, three approvers, double clicks, a withdrawal: one decision, known to the losers."""
    async with Lane(zygote) as lane, AsyncExitStack() as people:
        for role in ("slack", "slack", "worker"):
            await lane.bot(role, door=False)
        visitors = {
            who.user_id: await people.enter_async_context(Visitor(lane.town.address, who.user_id))
            for who in (ADA, GRACE, ALAN, RADIA)
        }
        rush, found, ended = Rush(lane, visitors), [], []
        for number in range(ROUNDS):
            if fault == "acks lost":
                lane.town.slack.team.faults.set({"drop_acks": 3})
            if fault == "events doubled":
                lane.town.slack.team.faults.set({"duplicate_events": 3})
            request, wrong = await rush.once()
            ended.append(request)
            found += wrong
            tally.add(f"race on one card, {fault}", f"round {number}", wrong)
        for request in ended:
            found += invariants.google(lane.town.cloud.world, request)
        found += await invariants.told(lane, ended)
        found += await invariants.audited(lane.service, ended)
        found += await invariants.listed(lane.service)
    assert found == []
