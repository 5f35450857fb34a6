"""Everybody reads his own language, and a channel the one that the policy gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.handlers.test_policy import BASE
from tests.support.people import TEAM
from tests.support.slack_side import ADA, ALAN, GRACE, PURPOSE, SlackSide, chosen, has_button

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

RADIA = "U0RADIA"
LANGUAGES = """
[languages]
C0APPROVALS = "fr-CA"

[break_glass]
users = ["U0ADA"]
lifetime = "2h"
"""


@pytest.fixture
async def side(redis_url: str, tmp_path: Path) -> AsyncIterator[SlackSide]:
    (tmp_path / "policy.toml").write_text(BASE + LANGUAGES)
    async with SlackSide(redis_url, tmp_path / "policy.toml") as side:
        yield side


async def test_the_first_word_is_in_the_language_of_the_person(side: SlackSide) -> None:
    """Whom the bot has never seen is looked up before it says anything."""
    side.slack.team.workspace.accounts[ADA].changes["locale"] = "fr-FR"

    answer = await side.command(ADA, "help")

    assert "vous demandez, un approbateur clique" in answer.body


async def test_a_refusal_is_in_the_language_of_who_is_refused(side: SlackSide) -> None:
    """Errors are said in words, too."""
    side.slack.change_user(RADIA, locale="zh-CN")
    card = await side.card((await side.ask()).id)

    await side.press(ADA, "approve_request", card)
    await side.press(RADIA, "approve_request", card)

    assert "Only Gemini key approvers can decide this." in side.whispers(ADA)[-1]
    assert "Gemini" in side.whispers(RADIA)[-1]
    assert "Only" not in side.whispers(RADIA)[-1]


async def test_one_request_speaks_two_languages(side: SlackSide) -> None:
    """The card is in the channel's French, whoever asked; the DM in the requester's Chinese."""
    side.slack.change_user(ADA, locale="zh-CN")

    request = await side.ask()

    card = await side.card(request.id)
    told = await side.message(side.direct(ADA), lambda m: request.id in m.text)
    assert "Demande de clé Gemini" in card.text
    assert has_button(card, "approve_request")
    assert "Approuver" in str(card.blocks)
    assert "Demande" not in told.text
    assert "waiting" not in told.text

    await side.press(GRACE, "approve_request", card)
    await side.until(lambda: "en cours de création" in str(card.blocks))


async def test_each_skipped_approver_is_told_in_his_own(side: SlackSide) -> None:
    """An emergency is told to one approver in French and to the other in English."""
    side.slack.change_user(GRACE, locale="fr-FR")

    await side.command(ADA, "break-glass")
    form = {
        "project": {"type": "static_select", "selected_option": {"value": "acme-ml-dev"}},
        "environment": {"type": "static_select", "selected_option": {"value": "dev"}},
        "purpose": {"type": "plain_text_input", "value": PURPOSE},
    }
    await side.submit(ADA, form)

    french = await side.message(side.direct(GRACE), lambda m: PURPOSE in m.text)
    english = await side.message(side.direct(ALAN), lambda m: PURPOSE in m.text)
    assert "sans approbation" in french.text
    assert "without approval" in english.text
    card = await side.card((await side.service.requests.mine(TEAM, ADA))[0].id)
    assert "a pris cette clé sans consulter" in str(card.blocks)


async def test_a_reason_is_read_in_the_language_of_the_reader(side: SlackSide) -> None:
    """The label that an English approver chose is French on the card, what he wrote stays as he wrote it."""
    card = await side.card((await side.ask()).id)
    await side.press(GRACE, "deny_request", card)
    note = {"type": "plain_text_input", "value": "please use acme-vision"}
    await side.submit(GRACE, {"reason": chosen("project"), "note": note})

    await side.until(lambda: "Mauvais projet" in str(card.blocks))
    assert "please use acme-vision" in str(card.blocks)
    denied = await side.message(side.direct(ADA), lambda m: "please use acme-vision" in str(m.blocks))
    assert "Wrong project" in str(denied.blocks)
