"""The two keys that the sandbox has from before the bot, to try their adoption on."""

from __future__ import annotations

from datetime import timedelta

from sandbox.google import old_keys
from sandbox.google.clock import Delays, utc_now
from sandbox.google.company import found


def test_the_company_has_keys_that_nobody_owns() -> None:
    """They are old, bound to nobody and open to every API; one of them is called, by whom its name says."""
    world = found(utc_now, Delays())

    old_keys.plant(world)

    keys = list(world.projects[old_keys.PROJECT].keys.values())
    assert len(keys) == 2
    for key in keys:
        assert world.clock() - key.message.create_time > timedelta(days=180)
        assert not key.message.restrictions.api_targets
        assert not key.message.annotations
    called = {call.key_uid for call in world.gemini_calls}
    assert [key.message.display_name for key in keys if key.message.uid in called] == [
        "ticket summaries (ada@acme.test)"
    ]
