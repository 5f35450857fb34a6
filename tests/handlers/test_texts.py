"""Texts keep to Slack's limits and to the truth."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain import audit, ending
from bot.domain.decision import Decision
from bot.domain.failure import Failure
from bot.domain.key_request import State
from bot.domain.listing import Kind, Listing, Page
from bot.domain.readiness import ProjectReadiness
from bot.languages.words import Words
from handlers.outbox import LONGEST_TEXT, said
from handlers.surfaces import (
    home,
    listed,
    progress,
    request_card,
    request_line,
    request_modal,
    requester_dm,
    story,
)
from handlers.surfaces.text import cut_marks, date, escape, fit, mention
from tests.support.people import ADA, ALAN, GRACE, HOUR, NOW, POLICY, active, in_state, pending

if TYPE_CHECKING:
    from collections.abc import Callable


W = Words()
HELD, MINE, PENDING = Listing(Kind.HELD, "U0ADA"), Listing(Kind.MINE, "U0ADA"), Listing(Kind.PENDING)
# What Slack reads as a mark or an entity; a "<" or "&" that is left over was cut in two.
WHOLE = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);")


def broken(text: str) -> bool:
    """Tell whether a text holds half a mark or half an entity."""
    return bool({"<", "&"} & set(WHOLE.sub("", text)))


MARKED = f"{escape('a & b < c')} {mention('U0GRACE')} {date(NOW)} é🔑 {escape('<!channel>')} "


@pytest.mark.parametrize("cut", [cut_marks, fit])
def test_no_cut_goes_through_a_mark(cut: Callable[[str, int], str]) -> None:
    """Wherever a text is cut, mentions, dates and entities are whole or gone."""
    for most in range(4, 3 * len(MARKED)):
        text = cut(MARKED * 3, most)
        assert not broken(text), text
        assert len(text) <= most


def test_fit_counts_bytes() -> None:
    """Slack may count what it likes: no count of a text is above the limit."""
    text = said("🔑" * 5_000)

    assert len(text.encode()) <= LONGEST_TEXT < 4_000
    assert text.endswith("…")
    assert said("short é") == "short é"


def test_half_a_surrogate_is_no_error() -> None:
    """What JSON may hold and UTF-8 may not is left out."""
    assert said("a\ud800b") == "ab"


LONG = "<b> & " * 2_000


@pytest.mark.parametrize(
    "shown",
    [
        lambda r: listed.message(W, PENDING, Page([r] * 10, 10)),
        lambda r: request_line.whole(W, r, ()),
        lambda r: (request_card.text(W, r), request_card.build(W, r, POLICY)),
        lambda r: next(iter(requester_dm.outcome(W, r, "https://console").values())),
    ],
    ids=["list", "show", "card", "dm"],
)
@pytest.mark.parametrize("state", [State.DENIED, State.FAILED])
def test_long_words_of_others_lose_nothing_but_themselves(state: State, shown: Callable[..., Any]) -> None:
    """Reasons and failures of any length leave every text within its limits, and every mark whole."""
    request = in_state(state)
    if request.closed:
        request = replace(request, closed=replace(request.closed, reason=LONG))
    if request.failure:
        request = replace(
            request, failure=Failure(cause="x", title=LONG, evidence=LONG, fix=f"{LONG} the end")
        )

    text, blocks = shown(request)

    assert not broken(said(text))
    for block in blocks:
        for part in [block.get("text"), *block.get("fields", []), *block.get("elements", [])]:
            if isinstance(part, dict) and part.get("type") == "mrkdwn":
                assert len(part["text"]) <= 3_000
                assert not broken(part["text"])


def test_a_list_has_a_section_for_each_request() -> None:
    """Ten long lines never share one limit."""
    _, blocks = listed.message(W, PENDING, Page([pending(id=f"GK-222{n}") for n in range(2, 10)], 8))

    assert [f"GK-222{n}" in str(block) for n, block in enumerate(blocks[1:9], start=2)] == [True] * 8


def test_a_failed_request_shows_what_helps() -> None:
    """Not the list of steps, which are taken back: what stood in the way, why, and what to do."""
    failure = Failure(cause="x", title="The API is off", evidence="Google says DISABLED", fix="Switch it on")
    text = str(request_line.whole(W, replace(in_state(State.FAILED), failure=failure), ()))

    for part in ("The API is off", "Google says DISABLED", "Switch it on"):
        assert part in text
    assert "Look at the project" not in text
    assert progress.build(W, in_state(State.PROVISIONING)) in str(
        request_line.whole(W, in_state(State.PROVISIONING), ())[1][-1]["text"]["text"]
    )


def test_a_card_names_everybody_who_approved() -> None:
    """Two had to agree, so two answer for it."""
    approvals = tuple(Decision(by=by, at=NOW) for by in (GRACE, ALAN))
    for state in (State.PROVISIONING, State.ACTIVE, State.FAILED, State.EXPIRED):
        request = replace(in_state(state), approvals=approvals, approvals_needed=2)
        assert "Approved by <@U0GRACE> and <@U0ALAN>" in request_card.status(W, request)


def test_only_what_waits_is_over_without_a_decision() -> None:
    """Once it is decided the time to decide is nobody's concern."""
    assert "Over without a decision" in str(request_card.build(W, pending(), POLICY))
    for state in set(State) - {State.PENDING}:
        assert "Over without a decision" not in str(request_card.build(W, in_state(state), POLICY))


def test_a_sent_form_promises_no_more_than_is_sure() -> None:
    """The card comes by another way: it is promised, not reported."""
    text = str(request_modal.sent(W, pending()))

    assert "The approvers get a card" in text
    assert "now" not in text


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"unreadable": {"state": "PERMISSION_DENIED"}}, "The bot can't see this project"),
        ({"unreadable": {"state": "NOT_FOUND"}}, "The bot can't see this project"),
        ({"unreadable": {"state": "UNAVAILABLE"}}, "Not checked lately"),
        ({}, "Not checked lately"),
        ({"state": "DELETE_REQUESTED"}, "This project is being deleted"),
        ({"state": "ACTIVE", "api_enabled": True, "billing_enabled": True}, "Ready"),
        ({"state": "ACTIVE", "api_enabled": True}, "The Gemini API is on"),
        ({"state": "ACTIVE", "billing_enabled": True}, ""),
        (
            {"state": "ACTIVE", "api_enabled": True, "billing_enabled": False},
            "No open billing: free tier only",
        ),
        ({"state": "ACTIVE", "api_enabled": False}, "The Gemini API is off; the bot will switch it on"),
    ],
)
def test_a_project_is_said_to_be_what_was_read(known: dict[str, Any], words: str) -> None:
    """What could not be read is neither good nor bad, and blindness is claimed only when Google said so."""
    readiness = ProjectReadiness(project_id="acme-ml-dev", checked_at=NOW, **known)

    assert request_modal.readiness_words(W, readiness) == words


def rendered(waiting: home.Part, keys: home.Part, others: home.Part) -> str:
    contents = home.Contents(waiting=waiting, keys=keys, others=others, may_find=True, has_deputy=True)
    view = home.build(W, POLICY, contents, console="https://console", now=NOW + HOUR)
    assert len(view["blocks"]) <= 100
    return str(view)


def test_home_says_when_it_shows_less_than_there_is() -> None:
    """A count counts all, a list that is cut leads on, and the fullest Home fits Slack's limits."""
    ten = [pending(id=f"GK-{n:04}", lifetime=timedelta(days=7)) for n in range(10)]
    nothing = home.Part(MINE, ())
    keys = home.Part(
        HELD, [active(id=f"GK-{n:04}") for n in range(10)], 4000, shown="1:GK-0", following="2:GK-9"
    )
    full = home.Part(PENDING, ten, 14, uncounted=True, shown="1:GK-0", following="2:GK-9")
    others = home.Part(MINE, ten, 14, shown="1:GK-0", following="2:GK-9")

    assert "14 requests wait for you, and more" in rendered(full, keys, others)
    assert "Your keys (4000)" in rendered(full, keys, others)
    assert rendered(full, keys, others).count("'home_more'") == 3
    assert rendered(full, keys, others).count("'home_more_first'") == 3
    assert "home_more" not in rendered(home.Part(PENDING, ten, 10), home.Part(HELD, ()), nothing)
    assert "10 requests wait for you'" in rendered(home.Part(PENDING, ten, 10), home.Part(HELD, ()), nothing)
    assert "wait for you" not in rendered(home.Part(PENDING, ()), keys, nothing)


def test_a_key_on_home_says_its_age_and_its_end() -> None:
    """The days that are left are counted, and a key that is being taken away offers nothing."""
    key = active()
    shown = rendered(home.Part(PENDING, ()), home.Part(HELD, [key], 1), home.Part(MINE, ()))
    assert "29 days left" in shown or "30 days left" in shown
    assert "since <!date" in shown
    leaving = ending.start_ending(key, ADA, NOW + HOUR)
    shown = rendered(home.Part(PENDING, ()), home.Part(HELD, [leaving], 1), home.Part(MINE, ()))
    assert "being taken away" in shown
    assert "how_to_use" not in shown


def test_whatever_is_told_of_a_request_has_a_sentence() -> None:
    """No word of the audit's own stands in a story that people read."""
    assert story.TOLD.keys() >= audit.TOLD
