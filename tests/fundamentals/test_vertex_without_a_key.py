"""Vertex AI without a key: a person or a program gets a role until a date, and nothing exists to leak."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.audit import Event
from sandbox.demo.visitor import chosen, words, written
from sandbox.google import iam
from sandbox.google.clock import utc_now
from sandbox.google.company import let_bot_grant
from sandbox.google.principals import Principal
from tests.support.company import APPROVALS, POLICY, PURPOSE, Company, has_button, shows
from tests.support.people import TEAM

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.demo.visitor import Visitor

PREDICT = "aiplatform.endpoints.predict"
ADA, GRACE = Principal("user", "ada@acme.test"), Principal("user", "grace@acme.test")


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """The company's rules, with Vertex AI switched on."""
    path = tmp_path / "policy.toml"
    path.write_text(POLICY.read_text() + "\n[kinds]\nvertex = true\n")
    return path


async def test_a_role_until_a_date_and_no_key(acme: Company, policy: Path) -> None:
    """Grace approves; Ada may call, nobody else; no key and no secret exist; the end takes only hers away."""
    let_bot_grant(acme.project(), "roles/aiplatform.user")
    acme.policy = policy
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    before = grants(acme)
    request_id = await ask(acme, ada)

    # The card says what is asked for, and for whom.
    card = await grace.message(APPROVALS, shows(request_id, "Vertex AI without a key"), "the card")
    assert "own Google account" in words(card)
    await grace.press("approve_request", card)

    # Ada is told how to use it; there is no link to any secret.
    direct = await ada.direct_channel()
    ready = await ada.message(direct, lambda m: "without any key" in words(m), "that it is open")
    assert not has_button(ready, "open_secret")
    await grace.message(APPROVALS, shows(request_id, "Approved by <@U0GRACE>", "without a key"), "the news")
    assert may(acme, ADA)
    assert not may(acme, GRACE)
    assert acme.live_keys() == []
    assert acme.project().secrets == {}
    assert "aiplatform.googleapis.com" in acme.project().services

    # Google itself ends it on time, whoever is dead by then; and the bot takes its one binding away.
    request = await acme.request(request_id)
    assert request.expires_at is not None
    assert may(acme, ADA, request.expires_at - timedelta(minutes=1))
    assert not may(acme, ADA, request.expires_at + timedelta(seconds=1))
    now = utc_now()
    over = Event(at=now, by="bot", verb="time-passes")
    await acme.requests.edit(TEAM, request_id, lambda r: replace(r, expires_at=now), over)
    await ada.message(direct, shows(request_id, "is over"), "that it is over")
    await acme.until(request_id, lambda r: r.state.value == "expired", "the end")
    assert grants(acme) == before


async def test_the_bot_can_give_no_other_role(acme: Company, policy: Path) -> None:
    """Where its own right is for another role, Google refuses, and the failure says so."""
    let_bot_grant(acme.project(), "roles/browser")
    acme.policy = policy
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await ask(acme, ada)
    await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))

    direct = await ada.direct_channel()
    failed = await ada.message(direct, shows(request_id, "could not be made"), "the failure")
    assert "setIamPolicy" in words(failed)
    assert not may(acme, ADA)


async def ask(acme: Company, who: Visitor) -> str:
    """Ask for the role by the form."""
    await who.command("/gemini-key request")
    answer = await who.submit(
        {
            "project": chosen("acme-ml-dev"),
            "environment": chosen("dev"),
            "purpose": written(PURPOSE),
            "kind": chosen("vertex"),
            "lifetime": chosen(str(7 * 86_400)),
        }
    )
    assert answer["state"] == "acked", answer
    assert not who.errors, who.errors
    return (await acme.requests.mine(TEAM, who.user_id))[0].id


def may(acme: Company, who: Principal, at: object = None) -> bool:
    """Tell whether IAM lets somebody call a model now, or then."""
    policies = [acme.project().policy]
    now = at or utc_now()
    return iam.granted(PREDICT, who, policies, now=now, resource_name="")  # type: ignore[arg-type]


def grants(acme: Company) -> list[tuple[str, tuple[str, ...]]]:
    """List the project's bindings."""
    return [(binding.role, tuple(binding.members)) for binding in acme.project().policy.bindings]
