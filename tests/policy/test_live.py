"""The policy follows its file, and a file with a mistake changes nothing but the log."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.errors import Misconfigured
from bot.policy.live import LivePolicy
from bot.policy.policies import OneFile
from tests.policy.test_toml_file import GOOD

if TYPE_CHECKING:
    from pathlib import Path

BAD = GOOD.replace('"8h"', '"soon"')
NEW = GOOD.replace('"8h"', '"4h"')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(GOOD)
    return path


def write(path: Path, text: str) -> None:
    path.write_text(text)


def hours(policy: LivePolicy) -> float:
    return policy().approval.lapse_after.total_seconds() / 3600


def test_a_changed_file_counts_without_a_restart(path: Path) -> None:
    """It is taken once it has stayed the same between two looks."""
    policy = LivePolicy(path)
    write(path, NEW)

    policy.reread()
    assert hours(policy) == 8
    policy.reread()
    assert hours(policy) == 4


def test_a_file_that_is_still_being_written_is_no_mistake(path: Path) -> None:
    """Half a file is looked at again; when the rest is there, it is taken and nothing was refused."""
    policy = LivePolicy(path)
    write(path, NEW[:40])
    policy.reread()
    write(path, NEW)
    policy.reread()
    policy.reread()

    assert (hours(policy), policy.refusal) == (4, None)


async def test_a_bad_file_keeps_the_old_rules_and_says_where(path: Path) -> None:
    """The refusal names the line, once for each content; a good file afterwards is taken as usual."""
    policy = LivePolicy(path)
    write(path, BAD)
    policy.reread()
    policy.reread()

    assert hours(policy) == 8
    refusal = await policy.refused()
    assert f"{path}:6: approval.lapse_after" in refusal.sentence
    policy.refusal = None
    policy.reread()
    assert policy.refusal is None
    write(path, NEW)
    policy.reread()
    policy.reread()
    assert hours(policy) == 4


def test_a_file_that_vanishes_changes_nothing(path: Path) -> None:
    """A mount that is away for a moment takes no rule away."""
    policy = LivePolicy(path)
    path.unlink()
    policy.reread()
    policy.reread()

    assert hours(policy) == 8
    assert policy.refusal is not None


def test_a_signal_reads_at_once(path: Path) -> None:
    """After SIGHUP an unchanged file is read again, too."""
    policy = LivePolicy(path)
    policy.look()
    before = policy()
    policy.reread()

    assert policy() is not before


def test_a_bad_file_stops_the_start(path: Path) -> None:
    """There is nothing to keep then."""
    write(path, BAD)

    with pytest.raises(Misconfigured):
        LivePolicy(path)


PATTERN = GOOD + '\n[[projects]]\nid = "acme-*-lab"\nenvironments = ["dev"]\n'


async def test_projects_that_are_seen_come_with_their_pattern(path: Path) -> None:
    """What was seen last outlives a memory that cannot tell, and a new file."""
    write(path, PATTERN)
    policies, known = OneFile(path), ["acme-web-lab"]
    policy = policies.live("")

    async def read() -> list[str] | None:
        return known or None

    assert policy().project("acme-web-lab") is None
    async with policies.seeing(read):
        assert policy().project("acme-web-lab") is not None
    known.clear()
    async with policies.seeing(read):
        assert policy().project("acme-web-lab") is not None

    write(path, PATTERN.replace('"8h"', '"4h"'))
    policy.reread()
    policy.reread()
    assert hours(policy) == 4
    assert policy().project("acme-web-lab") is not None


def test_one_more_project_takes_none_away(path: Path) -> None:
    """A project that was just made stands beside those that were seen before."""
    write(path, GOOD + '\n[[projects]]\nid = "acme-*-dev"\nenvironments = ["dev"]\n')
    policies = OneFile(path)
    policies.see(["acme-seen-dev"])

    policies.see_also("acme-made-dev")

    assert {"acme-seen-dev", "acme-made-dev"} < {*policies.project_ids()}


async def test_a_mistake_that_was_mended_is_not_told(path: Path) -> None:
    """Whoever waits for refusals hears of the next one that stands."""
    policy = LivePolicy(path)
    telling = asyncio.create_task(policy.refused())
    for text in (BAD, NEW):
        write(path, text)
        policy.reread()
        policy.reread()
    await asyncio.sleep(0)
    assert not telling.done()

    write(path, BAD)
    policy.reread()
    policy.reread()
    assert "approval.lapse_after" in (await telling).sentence
