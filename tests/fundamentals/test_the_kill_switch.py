"""An admin stops the making of keys; nothing is lost, and it goes on where it stood."""

from __future__ import annotations

from tests.support.company import APPROVALS, Company, has_button, shows, words


async def test_the_kill_switch(acme: Company) -> None:
    """Paused: asking, approving and saying so go on, and no key is made. Resumed: the key comes by itself."""
    await acme.bot()
    ada, grace, radia = [await acme.person(user) for user in ("U0ADA", "U0GRACE", "U0RADIA")]

    # Radia stops it. The approvers' channel is told by whom and why.
    await radia.command("/gemini-key admin pause a key was found in a public place")
    told = await grace.message(
        APPROVALS, lambda m: "paused the making of keys" in words(m), "the announcement"
    )
    assert "a key was found in a public place" in words(told)

    # Ada reads it on Home and in the form, and may ask all the same.
    assert "No keys are made at the moment" in words(await ada.open_home())
    await ada.command("/gemini-key request")
    form = await ada.until(lambda: ada.view, "the form")
    assert "No keys are made at the moment" in words(form)
    await ada.close()
    request_id = await acme.ask(ada)

    # Grace approves. Her yes is kept; Ada's message says that it waits.
    card = await grace.message(APPROVALS, shows(request_id), "the card")
    await grace.press("approve_request", card)
    channel = await ada.direct_channel()
    await ada.message(channel, shows(request_id, "No keys are made at the moment"), "that it waits")
    await grace.message(APPROVALS, shows(request_id, "Approved by <@U0GRACE>; it waits"), "the waiting card")
    assert acme.live_keys() == []

    # Radia resumes; the key is made without anybody asking again.
    await radia.command("/gemini-key admin resume")
    await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")
    await grace.message(APPROVALS, lambda m: "resumed the making of keys" in words(m), "the news")
    assert len(acme.live_keys()) == 1
    assert "No keys are made" not in words(await ada.open_home())
