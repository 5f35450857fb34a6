"""The life of a request as a few pure lines, written apart from the service, to compare it with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REQUESTER, APPROVERS = "ada", frozenset({"grace", "alan"})


@dataclass(frozen=True)
class Act:
    """Somebody does something: `verb` is approve, deny, withdraw, revoke, undo or attend."""

    verb: str
    who: str = ""


@dataclass(frozen=True)
class Model:
    """Where a request stands."""

    state: str = "pending"
    needed: int = 1
    approved_by: frozenset[str] = frozenset()
    lapsed: bool = False
    over: bool = False
    ended_by: str = ""
    late: bool = False

    def after(self, act: Act) -> tuple[Model, bool]:
        """Do an act; False when it is refused, and then nothing changes."""
        to = getattr(self, f"_{act.verb}")(act.who)
        return (self, False) if to is None else (to, True)

    def _approve(self, who: str) -> Model | None:
        if self.state != "pending" or self.lapsed or who not in APPROVERS or who in self.approved_by:
            return None
        names = self.approved_by | {who}
        return replace(self, approved_by=names, state="approved" if len(names) >= self.needed else "pending")

    def _deny(self, who: str) -> Model | None:
        return replace(self, state="denied") if self.state == "pending" and who in APPROVERS else None

    def _withdraw(self, who: str) -> Model | None:
        return replace(self, state="withdrawn") if self.state == "pending" and who == REQUESTER else None

    def _revoke(self, who: str) -> Model | None:
        if self.state != "active" or who not in {REQUESTER, *APPROVERS}:
            return None
        return self if self.ended_by else replace(self, ended_by=who, late=self.over)

    def _undo(self, who: str) -> Model | None:
        may = who in APPROVERS or (who == REQUESTER and self.ended_by == REQUESTER)
        if self.state != "revoked" or self.over or not may:
            return None
        return replace(self, state="approved", ended_by="")

    def _attend(self, who: str) -> Model:
        """A worker looks; that is never refused, and does whatever is due."""
        if self.state == "pending" and self.lapsed:
            return replace(self, state="lapsed")
        if self.state == "approved":
            return replace(self, state="failed" if self.over else "active")
        if self.state == "active" and self.ended_by:
            return replace(self, state="expired" if self.late else "revoked")
        return replace(self, state="expired") if self.state == "active" and self.over else self


def orders(start: Model, acts: Sequence[Act]) -> Iterator[tuple[Model, tuple[bool, ...]]]:
    """Give every outcome that doing the acts one after the other could have had."""
    for order in permutations(range(len(acts))):
        model, done = start, {}
        for index in order:
            model, done[index] = model.after(acts[index])
        yield model, tuple(done[index] for index in range(len(acts)))
