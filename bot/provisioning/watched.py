"""Let somebody watch each run of each step, and change nothing about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from bot.provisioning.step import Journal, Step


@dataclass(frozen=True, slots=True)
class Watched:
    """A step with somebody who stands around `do`."""

    step: Step
    around: Callable[[str], AbstractContextManager[None]]

    @property
    def name(self) -> str:
        """The step's own id."""
        return self.step.name

    @property
    def needs(self) -> tuple[str, ...]:
        """What the step itself needs."""
        return self.step.needs

    async def do(self, journal: Journal) -> None:
        """Do it, watched."""
        with self.around(self.step.name):
            await self.step.do(journal)

    async def undo(self, journal: Journal) -> None:
        """Undo it."""
        await self.step.undo(journal)


def watched(steps: Iterable[Step], around: Callable[[str], AbstractContextManager[None]]) -> tuple[Step, ...]:
    """Watch every step of a plan."""
    return tuple(Watched(step, around) for step in steps)
