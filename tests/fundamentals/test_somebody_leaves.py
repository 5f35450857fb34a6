"""Somebody leaves the company: nothing of his stays open, and nobody else's work stops."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.support.company import APPROVALS, Company, has_button, shows, words

Json = dict[str, Any]


def ready(message: Json) -> bool:
    """Recognise the message that leads to a key."""
    return has_button(message, "open_secret")


async def test_a_requester_leaves(acme: Company) -> None:
    """Ada's account is switched off: her open request is closed, her key is taken away, and that is told."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    live = await acme.ask(ada)
    await grace.press("approve_request", await grace.message(APPROVALS, shows(live), "the card"))
    await ada.message(
        await ada.direct_channel(), lambda m: has_button(m, "open_secret"), "the link to the key"
    )
    waiting = await acme.ask(ada, project="acme-vision")
    await grace.message(APPROVALS, shows(waiting), "the second card")

    acme.town.slack.change_user("U0ADA", deleted=True)

    await grace.message(APPROVALS, shows(waiting, "Closed: Ada Lovelace has left"), "the closed request")
    await grace.message(APPROVALS, shows(live, "the key was revoked. The requester has left."), "the end")
    assert acme.live_keys() == []
    assert (await acme.request(waiting)).state.value == "withdrawn"


async def test_a_key_changes_hands(acme: Company) -> None:
    """An admin sees Ada off in favour of Grace: the same key, and only Grace may read it."""
    await acme.bot()
    ada, grace, radia = [await acme.person(user) for user in ("U0ADA", "U0GRACE", "U0RADIA")]
    request_id = await acme.ask(ada)
    await radia.press("approve_request", await radia.message(APPROVALS, shows(request_id), "the card"))
    await ada.message(
        await ada.direct_channel(), lambda m: has_button(m, "open_secret"), "the link to the key"
    )
    (key,) = acme.live_keys()

    await radia.command("/gemini-key admin offboard @ada to @grace")

    # Grace is told that it is hers, with the link; the secret's binding has moved to her.
    channel = await grace.direct_channel()
    await grace.message(channel, shows(request_id, "is yours now"), "that the key is hers")
    await grace.message(channel, ready, "her own link")
    secret = acme.secret(request_id)
    assert secret is not None
    async with asyncio.timeout(20):
        while acme.readers(secret) != {"user:grace@acme.test"}:  # noqa: ASYNC110 - Google's state has no event
            await asyncio.sleep(0.05)
    assert acme.live_keys() == [key], "nobody has to change a deployed key"
    assert request_id in words(await grace.open_home())
    assert "You have no live key." in words(await ada.open_home())


async def test_approvers_leave(acme: Company) -> None:
    """Cards go on for the others; when nobody is left, the channel is told."""
    await acme.bot()
    ada, alan, mallory = [await acme.person(user) for user in ("U0ADA", "U0ALAN", "U0MALLORY")]
    request_id = await acme.ask(ada)
    acme.town.slack.change_user("U0GRACE", deleted=True)
    acme.town.slack.change_user("U0RADIA", deleted=True)

    await alan.press("approve_request", await alan.message(APPROVALS, shows(request_id), "the card"))
    await ada.message(
        await ada.direct_channel(), lambda m: has_button(m, "open_secret"), "the link to the key"
    )

    acme.town.slack.change_user("U0ALAN", deleted=True)
    # Mallory happens to be in the channel, and reads what it says now.
    alarm = "Nobody is left who may decide"
    await mallory.message(APPROVALS, lambda m: alarm in words(m), "the alarm")
