"""A worker that dies in the middle of the mint costs a moment, not a key."""

from __future__ import annotations

import asyncio

from sandbox.google.faults import Fault
from tests.support.company import APPROVALS, Company, has_button, shows


async def test_a_killed_worker_is_followed_by_the_next(acme: Company) -> None:
    """The worker dies when Google has made the key and nobody has heard of it; the next one makes it good."""
    _, first = await asyncio.gather(acme.bot("slack"), acme.bot("worker"))
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")

    # Google takes the order for a key, and its answer never arrives.
    acme.town.cloud.plan.add(Fault(match="ApiKeys/CreateKey", after_commit=True, hang=True))
    request_id = await acme.ask(ada)
    await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))
    channel = await ada.direct_channel()
    await ada.message(channel, shows(request_id, "You may read the secret"), "that the mint is next")
    await ada.until(acme.live_keys, "the key at Google")

    # kill -9.
    assert first.process is not None
    first.process.kill()
    await first.process.wait()
    assert (await acme.request(request_id)).state.value == "provisioning"

    # Another worker, which knows nothing but the record, finishes the work.
    await acme.bot("worker")
    await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")

    # One live key, and it is the one in the secret.
    (key,) = acme.live_keys()
    secret = acme.secret(request_id)
    assert secret is not None
    assert acme.stored_text(secret) == key.key_string
    assert (await acme.request(request_id)).run >= 2
