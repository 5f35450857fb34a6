"""What the owner of an adopted key reads: no link to a secret that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.languages.words import Words
from handlers.surfaces import request_card, requester_dm
from tests.support.adopting import adopted, moved, moving
from tests.support.fuse import Fuse, Killed
from tests.support.moments import points_of

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest

MAKING = [n for n, point in enumerate(points_of(moving)) if "Gemini" not in point]
W = Words()


def told(request: KeyRequest) -> str:
    return str(requester_dm.outcome(W, request, "https://console.test")["active"])


async def test_an_adopted_key_is_where_its_programs_have_it() -> None:
    """No button opens a secret; the card says the same."""
    request = (await adopted()).request

    assert "open_secret" not in told(request)
    assert "I don't know its text" in told(request)
    assert "outside Secret Manager" in request_card.status(W, request)


@pytest.mark.parametrize("moment", MAKING)
async def test_the_link_comes_when_the_new_key_is_in_the_secret(moment: int) -> None:
    """However far the worker came: until the text is stored the old key is the one that counts."""
    world = await moving()
    with pytest.raises(Killed):
        await world.attend(Fuse(blow_at=moment))

    request = world.request

    assert ("open_secret" in told(request)) == bool(request.secret_version)
    if not request.secret_version:
        assert "A new key is being made" in told(request)


async def test_after_the_move_it_is_a_key_like_any_other() -> None:
    """The message has the link, and says nothing of texts that nobody knows."""
    request = (await moved()).request

    assert "open_secret" in told(request)
    assert "I don't know its text" not in told(request)
