"""A key ends by the clock: IAM ends the access by itself, and the bot takes the key away."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.domain.audit import Event
from sandbox.google.clock import utc_now
from tests.support.company import APPROVALS, Company, has_button, shows
from tests.support.people import TEAM

LIFE = timedelta(seconds=16)


async def test_the_key_ends(acme: Company) -> None:
    """With every worker dead the access ends on time; the next worker deletes key and secret."""
    _, idle = await asyncio.gather(acme.bot("slack"), acme.bot("worker"))
    await idle.stop()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await acme.ask(ada)
    await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))
    await grace.message(APPROVALS, shows(request_id, "the key is being made"), "that work begins")

    # Thirty days are long for a story, so this key gets seconds before any worker looks at it.
    ends = utc_now() + LIFE
    await acme.requests.edit(
        TEAM, request_id, lambda r: replace(r, expires_at=ends), Event(at=utc_now(), by="bot", verb="shorten")
    )
    worker = await acme.bot("worker")
    channel = await ada.direct_channel()
    await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")
    secret = acme.secret(request_id)
    assert secret is not None
    assert acme.readers(secret) == {"user:ada@acme.test"}

    # The worker dies. The moment comes, and Google's own condition ends the access.
    assert worker.process is not None
    worker.process.kill()
    await worker.process.wait()
    await asyncio.sleep(max(0.0, (ends - utc_now()).total_seconds()))
    assert acme.readers(secret) == set()

    # The next worker finds what is due, and takes everything away.
    await acme.bot("worker")
    await ada.message(channel, shows(request_id, "has expired and is deleted"), "that it is over")
    await grace.message(APPROVALS, shows(request_id, "the key has expired"), "the same on the card")
    assert acme.live_keys() == []
    assert acme.secret(request_id) is None
    assert not any(has_button(message, "open_secret") for message in await ada.messages(channel))
    assert (await acme.request(request_id)).state.value == "expired"
