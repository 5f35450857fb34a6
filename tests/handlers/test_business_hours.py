"""Who asks at night hears when approvers are back, and they are reminded when they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain import calendar
from tests.handlers.conftest import POLICY
from tests.support.leaks import leaks
from tests.support.slack_side import ADA, SlackSide

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from redis.asyncio import Redis

HOURS = """
[approval.hours]
zone = "Europe/Berlin"

[[approval.escalation]]
after = "4h"
users = ["U0RADIA"]
"""
# A Friday evening in Berlin; that week-end the clocks are set back.
FRIDAY = datetime(2030, 10, 25, 16, 0, tzinfo=UTC)
MONDAY = datetime(2030, 10, 28, 8, 0, tzinfo=UTC)


@pytest.fixture
async def late(redis_url: str, redis: Redis, tmp_path: Path) -> AsyncIterator[SlackSide]:
    """The workspace of a company that goes home at five."""
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY.read_text() + HOURS)
    async with SlackSide(redis_url, policy) as side:
        side.clock.now = FRIDAY
        yield side
    assert await leaks(redis) == []


async def test_a_request_on_friday_evening_waits_until_monday(late: SlackSide) -> None:
    """Reminders, the call to the next group and the lapse are counted from Monday at nine, winter time."""
    asked = await late.ask()

    assert asked.opens_at == MONDAY
    assert calendar.reminders(asked)[0] == MONDAY + timedelta(minutes=30)
    assert calendar.due_at(asked) == MONDAY + timedelta(minutes=30)
    assert asked.escalates_at == (MONDAY + timedelta(hours=4),)
    assert asked.lapses_at == MONDAY + timedelta(hours=8)

    back = f"<!date^{int(MONDAY.timestamp())}^"
    told = await late.message(
        late.direct(ADA), lambda m: asked.id in m.text and "Approvers are back" in str(m.blocks)
    )
    assert back in str(told.blocks)
    card = await late.card(asked.id)
    assert "asked outside business hours" in str(card.blocks)


async def test_a_request_at_noon_says_nothing_of_hours(late: SlackSide) -> None:
    """While approvers are there nobody needs to be told when they are."""
    late.clock.now = MONDAY + timedelta(hours=3)

    asked = await late.ask()

    assert asked.opens_at is None
    # An hour and more is left of this day's five, the rest is tomorrow's.
    assert asked.lapses_at == late.clock.now + timedelta(days=1)
    card = await late.card(asked.id)
    assert "business hours" not in str(card.blocks)
