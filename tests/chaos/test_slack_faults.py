from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.key_request import State
from sandbox.demo.visitor import Visitor
from sandbox.people import GRACE
from sandbox.slack.delivery.socket import SocketTransport
from tests.chaos import invariants
from tests.chaos.lane import ADA_P, Lane
from tests.chaos.tally import ALL
from tests.chaos.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.key_request import KeyRequest
    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Zygote

pytestmark = pytest.mark.chaos

BURST = 200 if ALL else 20
FAULTS: dict[str, dict[str, Any]] = {
    "429 on posting": {"rate_limit": {"chat.postMessage": 2}},
    "429 on updating": {"rate_limit": {"chat.update": 2}},
    "500 on posting": {"fail": {"chat.postMessage": {"status": 500, "times": 2}}},
    "503 on updating": {"fail": {"chat.update": {"status": 503, "times": 2}}},
    "500 on opening a DM": {"fail": {"conversations.open": {"status": 500, "times": 2}}},
    "500 on profiles": {"fail": {"users.info": {"status": 500, "times": 2}}},
    "500 on user groups": {"fail": {"usergroups.users.list": {"status": 500, "times": 1}}},
    "500 on Home": {"fail": {"views.publish": {"status": 500, "times": 2}}},
    "slow": {"delay_ms": 700},
}
SOME = ("429 on posting", "503 on updating")


@asynccontextmanager
async def office(zygote: Zygote, *, factor: float = 1000) -> AsyncIterator[tuple[Lane, Visitor]]:
    """A lane with both bots, and Grace at her screen."""
    async with Lane(zygote) as lane, AsyncExitStack() as people:
        lane.town.slack.team.rate_limits.factor = factor
        for role in ("slack", "worker"):
            await lane.bot(role, door=False)
        grace = await people.enter_async_context(Visitor(lane.town.address, GRACE.user_id))
        yield lane, grace


def cards(lane: Lane, request: KeyRequest) -> list[Any]:
    channel = lane.town.slack.team.workspace.channels["C0APPROVALS"]
    return [message for message in channel.messages if request.id in message.text]


async def decide(lane: Lane, grace: Visitor, request: KeyRequest) -> KeyRequest:
    """Press Approve until it has been heard, as a person does."""
    for _ in range(5):
        card = await grace.message(
            "C0APPROVALS", lambda m: request.id in m["text"], f"a card for {request.id}"
        )
        if "approve_request" in str(card["blocks"]):
            await grace.press("approve_request", card)
        if await eventually(lambda: approved(lane, request), within=3):
            break
    return await lane.until(request, State.ACTIVE)


async def approved(lane: Lane, request: KeyRequest) -> bool:
    return (await lane.read(request)).state is not State.PENDING


@pytest.mark.parametrize("name", [name for name in FAULTS if ALL or name in SOME])
async def test_a_decision_stays_reachable_in_a_bad_hour(zygote: Zygote, tally: Tally, name: str) -> None:
    """Slack refuses or is slow: one card, a decision by it, and the requester is told in the end."""
    async with office(zygote) as (lane, grace):
        lane.town.slack.team.faults.set(FAULTS[name])
        request = await lane.submitted()
        active = await decide(lane, grace, request)
        lane.town.slack.team.faults.clear()

        found = await invariants.told(lane, [active])
        found += [] if len(cards(lane, request)) == 1 else [f"{len(cards(lane, request))} cards"]
        tally.add(f"Slack: {name}", "a whole life", found)
        assert found == []


async def test_a_deleted_card_leaves_home_to_decide_on(zygote: Zygote, tally: Tally) -> None:
    """Somebody deletes the card: Home still offers the decision, and the outcome gets a new card."""
    async with office(zygote) as (lane, grace):
        request = await lane.submitted()
        assert await eventually(lambda: cards(lane, request), within=20)
        lane.town.slack.team.workspace.remove(cards(lane, request)[0])

        home = await grace.open_home()
        found = (
            [] if request.id in str(home) and "approve_request" in str(home) else ["Home does not offer it"]
        )
        await grace.press("approve_request")
        active = await lane.until(request, State.ACTIVE)

        found += await invariants.told(lane, [active])
        found += [] if await eventually(lambda: cards(lane, request), within=20) else ["no new card"]
        tally.add("Slack: card deleted", "Home", found)
        assert found == []


@pytest.mark.parametrize("how", ["abort", "silence"] if ALL else ["abort"])
async def test_clicks_find_their_way_around_a_broken_socket(zygote: Zygote, tally: Tally, how: str) -> None:
    """Every socket dies, or falls silent, while a click is made: pressing again is all that it takes."""
    async with office(zygote) as (lane, grace):
        request = await lane.submitted()
        assert await eventually(lambda: cards(lane, request), within=20)
        transport = lane.town.slack.team.transport
        assert isinstance(transport, SocketTransport)
        getattr(transport, how)()

        active = await decide(lane, grace, request)

        found = await invariants.told(lane, [active])
        found += [] if len(cards(lane, request)) == 1 else [f"{len(cards(lane, request))} cards"]
        tally.add(f"Slack: socket, {how}", "a click", found)
        assert found == []


async def test_a_burst_of_requests_gets_every_card_once(zygote: Zygote, tally: Tally) -> None:
    """Many requests at once run into Slack's rate limits: a card each, none twice, however long it takes."""
    async with office(zygote, factor=5) as (lane, _):
        asked = []
        for number in range(BURST):
            request = await lane.submitted(
                project=("acme-vision", "acme-ml-dev")[number % 2], requester=ADA_P
            )
            asked.append(request)
            await lane.approved(request)

        async def all_active() -> bool:
            return int(await lane.service.redis.zcard("gk:{T0ACME}:live")) == BURST

        assert await eventually(all_active, within=300, every=0.5)
        ended = [await lane.read(request) for request in asked]
        found = await invariants.told(lane, ended, within=300)
        found += [f"{r.id} has {len(cards(lane, r))} cards" for r in ended if len(cards(lane, r)) != 1]
        tally.add("Slack: burst into the rate limits", f"{BURST} requests", found)
        assert found == []


async def test_a_key_ends_on_time_though_slack_does_not_answer(zygote: Zygote, tally: Tally) -> None:
    """A bot of both roles starts while Slack keeps silent: its worker waits for nobody."""
    async with Lane(zygote) as lane:
        worker = await lane.bot(door=False)
        active = await lane.until(await lane.approved(await lane.submitted()), State.ACTIVE)
        await worker.kill()
        lane.town.slack.team.faults.set({"delay_ms": 60_000})
        await lane.expire(active)
        await lane.bot("all", door=False)

        # Slack is given 20 s to say whose token it is.
        async with asyncio.timeout(15):
            over = await lane.until(active, State.EXPIRED)

        found = invariants.google(lane.town.cloud.world, over)
        tally.add("Slack: silent at the start", "a key's end", found)
        assert found == []
