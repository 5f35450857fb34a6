"""A policy that names who may ask, and what a purpose must hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sandbox.slack.delivery import payloads
from tests.handlers.conftest import POLICY
from tests.support.leaks import leaks
from tests.support.slack_side import ADA, ALAN, GRACE, SlackSide, filled

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
    """Only Ada may ask for dev keys, and says for which ticket; acme-vision and prod projects are Alan's."""
    written = POLICY.read_text().replace("[environments.dev]\n", RULES)
    of_vision = 'id = "acme-vision"\nrequesters = { users = ["U0ALAN"] }\n'
    of_alan = '[environments.prod]\nrequesters = { users = ["U0ALAN"] }\n'
    written = written.replace("[environments.prod]\n", of_alan)
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


def offered(side: SlackSide, who: str) -> tuple[bool, bool]:
    """Tell whether the open form and Home offer a new project."""
    view, home = side.view(who), side.slack.team.views.homes.get(who)
    assert view is not None
    assert home is not None
    return "open_new_project" in str(view), "open_new_project" in str(home.blocks)


async def look(side: SlackSide, who: str) -> tuple[bool, bool]:
    """Open Home and the form for a key."""
    event = {"type": "app_home_opened", "user": who, "channel": side.direct(who), "tab": "home"}
    await side.deliver("event", payloads.event_callback(side.slack.team, event))
    side.slack.team.views.clear(who)
    await side.command(who, "request")
    return offered(side, who)


async def test_a_new_project_is_offered_to_who_may_ask_for_one(strict: SlackSide) -> None:
    """By the form for a key and on Home, for the environments that one may ask for; to others nowhere."""
    assert await look(strict, ADA) == (True, True)
    assert await look(strict, GRACE) == (False, False)

    await strict.press(ADA, "open_new_project", None)
    view = strict.view(ADA)
    assert view is not None
    assert view["callback_id"] == "new_project"
    (choice,) = [block["element"] for block in view["blocks"] if block.get("block_id") == "environment"]
    assert [option["value"] for option in choice["options"]] == ["dev"]

    answer = await strict.command(GRACE, "setup new")
    assert "Only certain people may ask for a new project" in answer.json["text"]


async def test_where_none_is_made_none_is_offered(redis_url: str, redis: Redis, tmp_path: Path) -> None:
    """A policy without the table shows no button that leads nowhere."""
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY.read_text().partition("[new_projects]")[0])
    async with SlackSide(redis_url, policy) as side:
        assert await look(side, ADA) == (False, False)


async def test_capitals_in_an_address_are_the_same_google_account(side: SlackSide) -> None:
    """Slack keeps an address as it was typed; whom Google lets in is compared letter by letter later."""
    side.twisted.changes["users.info"] = lambda told: {
        **told,
        "user": {**told["user"], "profile": {**told["user"]["profile"], "email": "Ada.L@Acme.TEST"}},
    }

    request = await side.ask()

    assert request.requester.member == "user:ada.l@acme.test"
    assert replace(request.requester, email="Ada.L@Acme.TEST").member == "user:ada.l@acme.test"
