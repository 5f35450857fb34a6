from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.audit import Event
from bot.domain.key_request import State
from tests.chaos.lane import Lane
from tests.chaos.waiting import eventually

if TYPE_CHECKING:
    from tests.chaos.zygote import Zygote

pytestmark = pytest.mark.chaos


async def test_a_reminder_hangs_under_its_card_and_calls_the_group_once(zygote: Zygote) -> None:
    """Two front ends and two workers see half an hour pass: one message in the thread, then one more."""
    async with Lane(zygote) as lane:
        for role in ("slack", "slack", "worker", "worker"):
            await lane.bot(role, door=False)
        request = await lane.submitted()
        channel = lane.town.slack.team.workspace.channels["C0APPROVALS"].messages

        def about() -> list[Any]:
            return [message for message in channel if request.id in str((message.text, message.blocks))]

        assert await eventually(about)
        for ago, count in ((timedelta(minutes=31), 2), (timedelta(hours=3), 3)):
            now = lane.service.now()
            event = Event(at=now, by="clock", verb="time-passes")
            await lane.service.queue.wake(
                await lane.service.requests.edit(
                    request.team_id,
                    request.id,
                    lambda r, at=now - ago: replace(r, requested_at=at),  # type: ignore[misc]
                    event,
                )
            )
            assert await eventually(lambda count=count: len(about()) == count, within=20), about()

        card, first, second = about()
        assert {first.thread_ts, second.thread_ts} == {card.ts}
        assert ["<!subteam^" in message.text for message in (first, second)] == [True, False]


async def test_a_holder_hears_that_the_end_is_near(zygote: Zygote) -> None:
    """Six days before the end the holder gets one DM; when the key is over, what is said is that."""
    async with Lane(zygote) as lane:
        for role in ("slack", "worker", "worker"):
            await lane.bot(role, door=False)
        request = await lane.until(await lane.approved(await lane.submitted()), State.ACTIVE)
        now = lane.service.now()
        event = Event(at=now, by="clock", verb="time-passes")
        nearer = await lane.service.requests.edit(
            request.team_id,
            request.id,
            lambda r: replace(
                r,
                expires_at=now + timedelta(days=6),
                approvals=(replace(r.approvals[0], at=now - timedelta(days=24)),),
            ),
            event,
        )
        await lane.service.queue.wake(nearer)
        workspace = lane.town.slack.team.workspace

        def warned() -> list[Any]:
            direct = workspace.direct_message(request.requester.user_id).messages
            return [m for m in direct if "expires" in m.text and request.id in m.text]

        assert await eventually(warned, within=20)
        assert (await lane.read(request)).warned == 1
        assert len(warned()) == 1
