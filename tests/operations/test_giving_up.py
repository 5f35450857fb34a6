"""What cannot be granted is said so: soon, truly, and with nothing left behind without a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.key_request import State
from tests.support.fake_keys import Key
from tests.support.fuse import Fuse
from tests.support.world import WAIT, World


async def test_a_project_the_bot_cannot_see_fails_at_once() -> None:
    """Nothing was begun, so nothing is undone, and the requester is not kept waiting for an undo."""
    world = World()
    world.google.refuse("Projects.get", "PERMISSION_DENIED", times=99, reason="IAM_PERMISSION_DENIED")
    for call in ("Keys.get", "Secrets.annotations", "Secrets.delete"):
        world.google.refuse(call, "PERMISSION_DENIED", times=99)

    request = await world.attend()

    assert (request.state, request.cleaning) == (State.FAILED, False)
    assert request.failure is not None
    assert request.failure.cause == "iam-permission-denied"


async def test_a_failure_is_told_before_everything_is_cleaned_up() -> None:
    """When Google refuses the undo too, the request is failed and unclean, and cleaned once it can be."""
    world = World()
    world.google.refuse("Gemini.accepts", "PERMISSION_DENIED", times=99, reason="SERVICE_DISABLED")
    world.google.refuse("Keys.delete", "PERMISSION_DENIED", times=2)

    request = await world.attend()
    assert (request.state, request.cleaning) == (State.FAILED, True)
    assert world.google.live_keys

    for _ in range(2):
        world.clock.forward(seconds=WAIT.total_seconds())
        request = await world.attend()

    assert (request.state, request.cleaning) == (State.FAILED, False)
    assert world.left_behind() == {"keys": {}, "secrets": {}}


async def test_a_failed_request_lapses_when_nobody_tries_it_again() -> None:
    """It can be tried again for a week, and then it is over."""
    world = World()
    world.google.refuse("Projects.get", "NOT_FOUND", times=99)
    await world.attend()

    assert (await world.attend()).state is State.FAILED
    world.clock.forward(days=7)
    assert (await world.attend()).state is State.LAPSED


async def test_a_fault_of_the_bot_ends_in_words_too() -> None:
    """An exception that nobody foresaw is tried again a bounded number of times and then told."""
    world = World()

    class Broken(Fuse):
        def effect(self, name: str) -> object:  # type: ignore[override]
            if name == "Projects.get":
                raise KeyError("unforeseen")
            return super().effect(name)

    for _ in range(world.workshop().most_runs + 1):
        assert world.request.state is not State.FAILED
        with pytest.raises(KeyError):
            await world.attend(Broken())

    assert world.request.state is State.FAILED
    assert world.request.failure is not None
    assert "wrong on my side" in world.request.failure.title


async def test_no_key_is_made_whose_time_is_over() -> None:
    """After an outage longer than the key's life there is nothing to make any more."""
    world = World()
    world.clock.forward(days=31)

    request = await world.attend()

    assert request.state is State.FAILED
    assert world.google.keys == {}


async def test_a_key_that_is_still_on_its_way_is_waited_for() -> None:
    """The id is taken but no key is there: its creation still runs, a second key would be one too many."""
    world = World()
    world.google.texts_hidden = True
    world.google.refuse("Keys.create", "ALREADY_EXISTS", http=409)

    request = await world.attend()
    assert (request.state, request.rotation) == (State.PROVISIONING, 1)
    late = Key("text of gk-7f3k-r1", {"gemini-key-bot-request": "T0ACME/GK-7F3K"})
    world.google.keys["gk-7f3k-r1"] = late

    request = await world.attend()

    assert (request.state, request.rotation) == (State.ACTIVE, 2)
    assert late.deleted
    world.check_key_works()


async def test_the_end_takes_every_key_the_request_ever_had() -> None:
    """Whatever came to light of an earlier rotation goes with the last one."""
    world = World()
    await world.attend()
    world.put(replace(world.request, rotation=3))
    world.google.keys["gk-7f3k-r3"] = Key("third", {"gemini-key-bot-request": "T0ACME/GK-7F3K"})
    world.clock.forward(days=31)

    request = await world.attend()

    assert request.state is State.EXPIRED
    assert world.left_behind() == {"keys": {}, "secrets": {}}
