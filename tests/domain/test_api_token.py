"""Tokens of the API: what may be made, and when one works."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import api_token
from bot.domain.api_token import ApiToken, Scope, State
from bot.errors import Conflict, Refused
from tests.support.people import DAY, NOW, TEAM
from tests.support.portal import SECRET

TEXT = api_token.write("portal", SECRET)
TOKEN = ApiToken(
    team_id=TEAM,
    name="portal",
    digest=api_token.digest(TEXT),
    scopes=frozenset({Scope.READ}),
    made_at=NOW,
    expires_at=NOW + 90 * DAY,
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "Portal"}, "lower-case"),
        ({"name": "p_x"}, "lower-case"),
        ({"name": "x"}, "lower-case"),
        ({"name": "portal\n"}, "lower-case"),
        ({"scopes": frozenset()}, "scope"),
        ({"person": "ada@acme.test"}, "no Slack user id"),
        ({"expires_at": NOW + timedelta(hours=23)}, "1 to 366 days"),
        ({"expires_at": NOW + 367 * DAY}, "1 to 366 days"),
    ],
    ids=str,
)
def test_what_nobody_should_make(changes: dict[str, Any], said: str) -> None:
    """Each mistake is told as what would be right."""
    with pytest.raises(Refused, match=said):
        api_token.check(replace(TOKEN, **changes))


def test_a_token_says_whose_record_to_look_at() -> None:
    """The name is read out of the token; what has another shape is none."""
    assert api_token.name_in(TEXT) == "portal"
    for text in ("", "portal", TEXT + "x", TEXT[:-1], TEXT + "\n", TEXT.replace("portal", "por_tal")):
        assert api_token.name_in(text) == ""


def test_only_the_whole_token_proves_itself() -> None:
    """One letter more, fewer or another is another token."""
    assert TOKEN.proves(TEXT)
    for text in (TEXT[:-1], TEXT + "x", TEXT[:-1] + "x", TOKEN.digest, ""):
        assert not TOKEN.proves(text)


def test_a_name_is_free_again_once_its_token_is_over() -> None:
    """A live token is not replaced by mistake; a revoked or expired one gives its name to the next."""
    later = replace(TOKEN, made_at=NOW + DAY, expires_at=NOW + 30 * DAY)
    with pytest.raises(Conflict, match="already"):
        api_token.follow(TOKEN, later)

    assert api_token.follow(api_token.revoke(TOKEN), later) == later
    assert api_token.follow(replace(TOKEN, expires_at=NOW), later) == later


def test_it_is_revoked_once() -> None:
    """Revoked, it works no more and leaves the list."""
    revoked = api_token.revoke(TOKEN)

    assert (revoked.state, revoked.works(NOW), revoked.due_at()) == (State.REVOKED, False, None)
    with pytest.raises(Conflict, match="revoked already"):
        api_token.revoke(revoked)
