"""Calls that Google counts wait for their turn; others never notice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import OutOfTurn
from bot.google.calls import Calls
from bot.google.key_care import UPDATE
from bot.google.keys import CREATE, DELETE, UNDELETE, Keys
from bot.google.reason import named
from bot.google.turnstile import URGENT, Turnstile
from tests.google.conftest import PATIENT
from tests.google.test_keys import NOTES, PROJECT, account, order

if TYPE_CHECKING:
    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox

OWNER = next(iter(NOTES.values()))
LATER = timedelta(minutes=5)
# Longer than a turn is waited for, shorter than a call is tried.
SHORT = timedelta(seconds=2)


class Few:
    """So many turns, and after those a time to wait."""

    def __init__(self, number: int, wait: timedelta = LATER) -> None:
        self.left, self.wait = number, wait
        self.waiting: list[str] = []

    async def take(self, ticket: str, *, urgent: bool) -> timedelta:
        if self.left:
            self.left -= 1
            return timedelta()
        self.waiting.append(ticket)
        return self.wait


def keys(cloud: Cloud, turns: Few) -> Keys:
    """The gateway of API Keys over the same connection, behind a turnstile."""
    return Keys(Calls(cloud.calls.clients, PATIENT, turnstile=Turnstile(turns)))


async def made(cloud: Cloud, sandbox: Sandbox) -> str:
    key_id = sandbox.name()
    await cloud.keys.wait(await order(cloud, key_id, await account(cloud)))
    return key_id


async def test_a_write_out_of_turn_is_not_made(cloud: Cloud, sandbox: Sandbox) -> None:
    """Nothing reaches Google, and the caller hears when to come again, under which name it waits."""
    key_id, turns = await made(cloud, sandbox), Few(0, SHORT)

    with named("GK-WAIT"), pytest.raises(OutOfTurn) as refused:
        await keys(cloud, turns).delete(PROJECT, key_id)

    assert (refused.value.wait, refused.value.transient) == (SHORT, True)
    assert turns.waiting == ["GK-WAIT/ApiKeys/DeleteKey"]
    assert sandbox.calls("ApiKeys/DeleteKey", "GK-WAIT") == []


async def test_reading_takes_no_turn(cloud: Cloud, sandbox: Sandbox) -> None:
    """A bot without turns can look, and wait for what it began."""
    key_id = await made(cloud, sandbox)

    assert await keys(cloud, Few(0)).get(PROJECT, key_id) is not None


async def test_nothing_is_read_before_the_turn_has_come(cloud: Cloud, sandbox: Sandbox) -> None:
    """A thousand keys that wait to be deleted do not use up the quota of reads, a look at a time."""
    key_id = await made(cloud, sandbox)

    with named("GK-LOOK"), pytest.raises(OutOfTurn):
        await keys(cloud, Few(0)).delete_ours(PROJECT, key_id, OWNER)

    assert sandbox.calls("ApiKeys/GetKey", "GK-LOOK") == []


async def test_a_turn_that_was_not_needed_serves_the_next_key(cloud: Cloud, sandbox: Sandbox) -> None:
    """Of a request with many keys, all but one of which are gone, the ending takes one turn."""
    key_id, gone, turns = await made(cloud, sandbox), sandbox.name(), Few(1)
    gateway = keys(cloud, turns)

    for each in (gone, gone, key_id):
        await gateway.delete_ours(PROJECT, each, OWNER)

    facts = await cloud.keys.get(PROJECT, key_id)
    assert facts is not None
    assert facts.deleted
    assert (turns.left, turns.waiting) == (0, [])


async def test_somebody_elses_key_stays(cloud: Cloud, sandbox: Sandbox) -> None:
    """A key with another owner's name on it is nobody's here to delete."""
    key_id = await made(cloud, sandbox)

    await keys(cloud, Few(1)).delete_ours(PROJECT, key_id, "T012/GK-OTHR")

    facts = await cloud.keys.get(PROJECT, key_id)
    assert facts is not None
    assert not facts.deleted


async def test_every_attempt_takes_a_turn(cloud: Cloud, sandbox: Sandbox) -> None:
    """Google counts an attempt that failed, too; so an outage can't use up more than there is."""
    key_id, turns = await made(cloud, sandbox), Few(2)
    sandbox.fault("ApiKeys/DeleteKey", code="UNAVAILABLE", times=5)

    with pytest.raises(OutOfTurn):
        await keys(cloud, turns).delete(PROJECT, key_id)

    assert turns.left == 0


async def test_a_turn_that_comes_soon_is_waited_for() -> None:
    """A moment is not worth a new job; but moments do not add up to more than one."""
    turns = Few(0, timedelta(seconds=0.01))
    turnstile = Turnstile(turns, timedelta(seconds=0.035))

    with pytest.raises(OutOfTurn):
        await turnstile.passed("ApiKeys/CreateKey")
    assert len(turns.waiting) == 4

    turns.left = 1
    await turnstile.passed("ApiKeys/CreateKey")


async def test_another_job_does_not_get_a_turn_left_over() -> None:
    """What one job took and did not use is not another one's: it may be of a minute long past."""
    turns = Few(1)
    turnstile = Turnstile(turns)
    await asyncio.create_task(turnstile.ahead("ApiKeys/DeleteKey"))

    with pytest.raises(OutOfTurn):
        await turnstile.passed("ApiKeys/DeleteKey")


def test_every_write_of_our_gateways_is_known() -> None:
    """Whoever calls another writing method of API Keys must say how urgent it is."""
    assert set(URGENT) == {CREATE, DELETE, UNDELETE, UPDATE}
    assert [call for call, urgent in URGENT.items() if urgent] == [DELETE]
