"""The mint: one live key whose text was stored and seen to work, whatever Google shows or hides."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain import granting, names
from bot.domain.key_request import State
from bot.provisioning.steps.mint_key import MOST_LOST
from tests.support.fuse import Fuse
from tests.support.world import World

TRANSIENT = ["UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "ABORTED", "RESOURCE_EXHAUSTED"]


async def test_a_text_that_the_operation_hides_is_read_where_the_bot_may() -> None:
    """If the operation shows no text, the first key is kept and its text fetched."""
    world = World()
    world.google.answers_hidden = 1

    request = await world.attend()

    assert (request.state, request.rotation) == (State.ACTIVE, 1)
    world.check_key_works()


async def test_a_text_that_nobody_can_read_costs_a_key_and_no_more() -> None:
    """A key whose text is lost is deleted, and the next one is minted under its own number."""
    world = World()
    world.google.answers_hidden, world.google.texts_hidden = 1, True

    request = await world.attend()

    assert (request.state, request.rotation) == (State.ACTIVE, 2)
    assert world.google.keys["gk-7f3k-r1"].deleted
    world.check_key_works()


async def test_a_lost_key_is_deleted_only_as_it_was_read() -> None:
    """Whoever puts another owner's mark on it between the look and the delete keeps it."""
    world, fuse = World(), Fuse()
    world.google.answers_hidden, world.google.texts_hidden = 1, True
    await world.attend(fuse)
    world = World()
    world.google.answers_hidden, world.google.texts_hidden = 1, True
    fuse = Fuse(pause_at=fuse.points.index("before Keys.delete"))
    worker = asyncio.create_task(world.attend(fuse))
    async with asyncio.timeout(5):
        await fuse.paused.wait()
    lost = world.google.keys["gk-7f3k-r1"]
    lost.annotations[names.OWNER] = "T0ACME/GK-OTHER"

    fuse.woken.set()
    request = await worker

    assert not lost.deleted
    assert request.state is State.PROVISIONING, "whoever comes next reads again"


async def test_texts_that_stay_hidden_are_a_missing_right() -> None:
    """After a few lost keys the request fails, names the permission, and leaves nothing behind."""
    world = World()
    world.google.answers_hidden, world.google.texts_hidden = 100, True

    request = await world.attend()

    assert request.state is State.FAILED
    assert request.failure is not None
    assert request.failure.cause in {"", "key-text-hidden"}
    assert "apikeys.keys.getKeyString" in request.failure.values.values()
    assert len(world.google.keys) == MOST_LOST
    assert world.left_behind() == {"keys": {}, "secrets": {}}


async def test_a_request_may_be_tried_again_as_often_as_it_takes() -> None:
    """Key ids that earlier tries used up (Google keeps them for 30 days) never look like hidden texts."""
    world = World()
    for tried in range(6):
        world.google.refuse("Gemini.accepts", "PERMISSION_DENIED", reason="SERVICE_DISABLED")
        request = await world.attend()
        assert request.state is State.FAILED, tried
        assert request.failure is not None
        assert "getKeyString" not in request.failure.title + request.failure.evidence
        world.put(granting.resume(request, world.clock()))

    assert (await world.attend()).state is State.ACTIVE
    world.check_key_works()


async def test_a_key_that_gemini_refuses_for_good_is_taken_away() -> None:
    """A key that was minted and stored but does not work leaves neither key nor secret."""
    world = World()
    world.google.refuse("Gemini.accepts", "PERMISSION_DENIED", reason="API_KEY_SERVICE_BLOCKED")

    assert (await world.attend()).state is State.FAILED
    assert world.left_behind() == {"keys": {}, "secrets": {}}


@pytest.mark.parametrize("status", TRANSIENT)
@pytest.mark.parametrize(
    "call",
    [
        *("Keys.create", "Keys.wait", "Keys.get", "Secrets.add_version", "Secrets.destroy_versions"),
        *("Gemini.accepts", "Projects.get", "Services.enable", "ServiceAccounts.ensure", "Secrets.grant"),
    ],
)
async def test_a_bad_moment_of_google_only_delays(call: str, status: str) -> None:
    """What may be otherwise a moment later is tried again later, and ends in one working key."""
    world = World()
    world.google.refuse(call, status, times=2)

    for run in range(1, 3):
        request = await world.attend()
        assert request.state is State.PROVISIONING
        assert request.failed_runs == run
        assert request.next_run_at is not None
        world.clock.now = request.next_run_at

    assert (await world.attend()).state is State.ACTIVE
    world.check_key_works()


async def test_an_operation_that_ended_badly_is_not_waited_for_again() -> None:
    """A refused create leaves no operation in the record, so the next try orders anew."""
    world = World()
    world.google.refuse("Keys.wait", "INTERNAL", finished=True)

    request = await world.attend()

    assert (request.state, request.operation) == (State.PROVISIONING, "")
    assert (await world.attend()).state is State.ACTIVE
    world.check_key_works()


async def test_a_key_still_being_created_is_waited_for_and_then_deleted() -> None:
    """Undoing settles the order first; a key that came later would belong to nobody."""
    world = World()
    world.google.slow = True
    world.google.refuse("Keys.wait", "UNAVAILABLE", times=world.workshop().most_runs + 1)

    for _ in range(world.workshop().most_runs + 1):
        await world.attend()
    assert world.request.failure is not None
    world.google.errors.clear()
    request = await world.attend()
    world.google.finish_orders()

    assert request.state is State.FAILED
    assert world.left_behind() == {"keys": {}, "secrets": {}}
