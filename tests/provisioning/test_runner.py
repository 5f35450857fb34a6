"""The runner: everything as early as its needs allow, and every answer of Google's written down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import Adopted
from bot.domain.kinds import Kind
from bot.errors import GoogleError
from bot.provisioning import runner
from bot.provisioning.plan import ADOPTION, KEYLESS, STEP_NAMES, leading, steps
from handlers.surfaces.progress import STEPS
from tests.support.fake_google import State, gateways
from tests.support.fuse import Fuse
from tests.support.notebook import Notebook
from tests.support.people import approved, provisioning

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.provisioning.step import Journal

READS = {"check-project", "check-billing", "check-org-policy"}


async def nothing() -> None:
    """Take no time."""


@dataclass
class Stone:
    """A step that lays one stone on a pile; taking it off is only possible from the top."""

    name: str
    pile: list[str]
    needs: tuple[str, ...] = ()
    work: Callable[[], Awaitable[object]] = field(default=nothing)

    async def do(self, journal: Journal) -> None:
        assert set(self.needs) <= set(self.pile), f"{self.name} was laid before its needs"
        await self.work()
        self.pile.append(self.name)

    async def undo(self, journal: Journal) -> None:
        if self.name in self.pile:
            assert self.pile.pop() == self.name, f"{self.name} was taken from below"


async def test_a_step_starts_when_its_needs_are_done_and_not_before() -> None:
    """Whatever the order of the list, needs come first and every step is done once."""
    pile: list[str] = []
    roof = Stone("roof", pile, ("wall", "beam"))
    plan = [roof, Stone("beam", pile, ("wall",)), Stone("wall", pile, ("ground",)), Stone("ground", pile)]
    journal = Notebook(provisioning())

    await runner.provision(plan, journal)

    assert pile == ["ground", "wall", "beam", "roof"]
    assert sorted(journal.request.done) == sorted(pile)


async def test_steps_that_do_not_need_each_other_run_side_by_side() -> None:
    """Three steps that wait for each other can only finish together."""
    pile: list[str] = []
    together = asyncio.Barrier(3)
    plan = [Stone(name, pile, work=together.wait) for name in ("a", "b", "c")]

    async with asyncio.timeout(5):
        await runner.provision(plan, Notebook(provisioning()))

    assert sorted(pile) == ["a", "b", "c"]


async def test_a_slow_step_holds_up_only_what_needs_it() -> None:
    """A step begins as soon as its own needs are done, though others are still at work."""
    pile: list[str] = []
    released = asyncio.Event()

    async def release() -> None:
        released.set()

    slow = Stone("slow", pile, work=released.wait)
    plan = [slow, Stone("quick", pile), Stone("after-quick", pile, ("quick",), release)]

    async with asyncio.timeout(5):
        await runner.provision(plan, Notebook(provisioning()))

    assert pile == ["quick", "after-quick", "slow"]


async def test_the_first_error_starts_nothing_new_and_loses_no_answer() -> None:
    """Steps at work finish and are written down, later ones never begin, and the error comes out."""
    pile: list[str] = []
    failed = asyncio.Event()

    async def fail() -> None:
        failed.set()
        raise GoogleError("PERMISSION_DENIED")

    plan = [
        Stone("fails", pile, work=fail),
        Stone("at-work", pile, work=failed.wait),
        Stone("later", pile, ("at-work",)),
    ]
    journal = Notebook(provisioning())

    with pytest.raises(GoogleError):
        await runner.provision(plan, journal)

    assert pile == ["at-work"]
    assert journal.request.done == ("at-work",)


async def test_what_an_earlier_run_did_is_not_done_again() -> None:
    """A step that the record calls done is passed over, and its dependants go on from there."""
    pile = ["ground"]

    async def never() -> None:
        raise AssertionError("done twice")

    plan = [Stone("ground", pile, work=never), Stone("wall", pile, ("ground",))]

    await runner.provision(plan, Notebook(provisioning(done=("ground",))))

    assert pile == ["ground", "wall"]


async def test_a_cancelled_run_leaves_no_step_at_work() -> None:
    """Cancelling the runner cancels its steps, so that nothing goes on behind its back."""
    at_work, stopped = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        at_work.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    running = asyncio.create_task(
        runner.provision([Stone("endless", [], work=work)], Notebook(provisioning()))
    )
    await at_work.wait()
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await running
    assert stopped.is_set()


async def test_undo_takes_away_last_made_first() -> None:
    """What stands on something else goes before it."""
    pile = ["ground", "wall", "roof"]
    plan = [Stone("ground", pile), Stone("wall", pile), Stone("roof", pile)]

    await runner.undo(plan, Notebook(provisioning()))

    assert pile == []


def test_the_plan_is_what_it_says() -> None:
    """Every step is listed and worded, every need is a step before it, and reading comes before making."""
    plan = steps(gateways(State(), Fuse()))

    assert {step.name for step in plan} == {*STEP_NAMES, *KEYLESS, *ADOPTION} == set(STEPS)
    for request, names in (
        (approved(), STEP_NAMES),
        (approved(kind=Kind.VERTEX), KEYLESS),
        (approved(adopted=Adopted(key_id="old"), rotation=0), ADOPTION),
    ):
        assert tuple(step.name for step in leading(plan, request)) == names
    for number, step in enumerate(plan):
        assert set(step.needs) <= {each.name for each in plan[:number]}
        reads = {"check-project"} if step.name == "adopt-key" else READS  # nothing is made or paid for
        assert step.name in READS or _before(step.name) >= reads, f"{step.name} may run before a check"
    assert _before("mint-key") == set(STEP_NAMES) - {"mint-key"}, "the mint comes last"


def _before(name: str) -> set[str]:
    plan = {step.name: step for step in steps(gateways(State(), Fuse()))}
    needs = set(plan[name].needs)
    return needs.union(*(_before(need) for need in needs))
