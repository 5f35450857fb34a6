"""A policy that names who may ask, and what a purpose must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.handlers.conftest import POLICY
from tests.support.leaks import leaks
from tests.support.slack_side import ADA, ALAN, SlackSide, filled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from redis.asyncio import Redis

TEAM = "T0ACME"
RULES = """[environments.dev]
requesters = { users = ["U0ADA"] }
purpose_pattern = 'ACME-[0-9]+'
purpose_hint = "the number of a ticket, like ACME-7"
"""
TICKET = "summarise support tickets, see ACME-4711"


@pytest.fixture
async def strict(redis_url: str, redis: Redis, tmp_path: Path) -> AsyncIterator[SlackSide]:
    """Only Ada may ask for dev keys, and says for which ticket; acme-vision is Alan's alone."""
    written = POLICY.read_text().replace("[environments.dev]\n", RULES)
    of_vision = 'id = "acme-vision"\nrequesters = { users = ["U0ALAN"] }\n'
    policy = tmp_path / "policy.toml"
    policy.write_text(written.replace('id = "acme-vision"\n', of_vision))
    async with SlackSide(redis_url, policy) as side:
        yield side
    assert await leaks(redis) == []


async def send(side: SlackSide, who: str, project: str, purpose: str = TICKET) -> dict[str, str]:
    """Fill the form in; returns its errors."""
    side.clock.forward(seconds=1)
    side.slack.team.views.clear(who)
    await side.command(who, "request")
    answer = await side.submit(who, filled(project=project, purpose=purpose))
    errors: dict[str, str] = answer.json.get("errors", {})
    return errors


async def test_only_who_is_named_may_ask(strict: SlackSide) -> None:
    """The error stands at the project; a project's own people go before its environment's."""
    assert "Only certain people" in (await send(strict, ALAN, "acme-ml-dev"))["project"]
    assert "Only certain people" in (await send(strict, ADA, "acme-vision"))["project"]
    assert not await strict.service.requests.mine(TEAM, ALAN)

    assert await send(strict, ADA, "acme-ml-dev") == {}
    assert await send(strict, ALAN, "acme-vision") == {}


async def test_a_purpose_names_its_ticket(strict: SlackSide) -> None:
    """Who forgets it is told in the policy's own words."""
    errors = await send(strict, ADA, "acme-ml-dev", "summarise support tickets in our tool")

    assert "the number of a ticket, like ACME-7" in errors["purpose"]
    assert not await strict.service.requests.mine(TEAM, ADA)
