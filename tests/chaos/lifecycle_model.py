"""The life of a request as a few pure lines, written apart from the service, to compare it with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REQUESTER, APPROVERS = "ada", frozenset({"grace", "alan"})
BOT = "gemini-key-bot"
KEEPERS = APPROVERS | {REQUESTER}
# Hours: a key's time, the time to decide, the time that an old key stays after a rotation.
LIFE, DECISION, GRACE = 30 * 24, 8, 24


@dataclass(frozen=True)
class Act:
    """Somebody does something: `verb` is a method of `Model`, as attend: a worker looks."""

    verb: str
    who: str = ""


@dataclass(frozen=True)
class Model:
    """Where a request stands; times are hours since it was asked.

    `turned_at`: since when an old key stays beside the new one. `twice`: whoever takes the key away must look
    once more, for a rotation was cut short. `spent`: one was at some time, as only the record knows.
    """

    state: str = "pending"
    needed: int = 1
    now: int = 0
    approved_by: frozenset[str] = frozenset()
    ends_at: int = 0
    ended_by: str = ""
    ended_at: int = 0
    twice: bool = False
    spent: bool = False
    turning: bool = False
    turned_at: int | None = None
    forced: bool = False
    wish: str = ""
    wished_at: int = 0
    wish_by: frozenset[str] = frozenset()
    wish_ends_at: int = 0

    @property
    def over(self) -> bool:
        """Whether the time of the key is over."""
        return self.now >= self.ends_at

    @property
    def live(self) -> bool:
        """Whether it has a key that nobody is taking away."""
        return self.state == "active" and not self.ended_by

    @property
    def visible(self) -> tuple[object, ...]:
        """What a record shows of it; of a key that goes, only that."""
        ended_by = self.ended_by if self.state in {"active", "revoked"} else ""
        of_live = (self.turning, self.turned_at is not None, self.wish) if self.live else ()
        return (self.state, self.approved_by, ended_by, *of_live)

    def after(self, act: Act) -> tuple[Model, bool]:
        """Do an act; False when it is refused, and then nothing changes."""
        to = getattr(self, f"_{act.verb}")(act.who)
        return (self, False) if to is None else (to, True)

    def _approve(self, who: str) -> Model | None:
        late = self.now >= DECISION
        if self.state != "pending" or late or who not in APPROVERS or who in self.approved_by:
            return None
        names = self.approved_by | {who}
        if len(names) < self.needed:
            return replace(self, approved_by=names)
        return replace(self, approved_by=names, state="approved", ends_at=self.now + LIFE)

    def _deny(self, who: str) -> Model | None:
        return replace(self, state="denied") if self.state == "pending" and who in APPROVERS else None

    def _withdraw(self, who: str) -> Model | None:
        return replace(self, state="withdrawn") if self.state == "pending" and who == REQUESTER else None

    def _revoke(self, who: str) -> Model | None:
        if self.state != "active" or who not in KEEPERS:
            return None
        if self.ended_by:
            return self
        return replace(self, ended_by=who, ended_at=self.now, twice=self.turning)

    def _undo(self, who: str) -> Model | None:
        may = who in APPROVERS or (who == REQUESTER and self.ended_by == REQUESTER)
        if self.state != "revoked" or self.over or self.now >= self.ended_at + LIFE or not may:
            return None
        return replace(self, state="approved", ended_by="", turning=False, turned_at=None, forced=False)

    def _rotate(self, who: str) -> Model | None:
        if not self.live or who not in KEEPERS or self.turning or self.turned_at is not None:
            return None
        return replace(self, turning=True)

    def _retire(self, who: str) -> Model | None:
        if not self.live or who not in KEEPERS or self.turning or self.turned_at is None:
            return None
        return replace(self, forced=True)

    def _renew(self, who: str) -> Model | None:
        if not self.live or who != REQUESTER or self.wish or self.now + LIFE <= self.ends_at:
            return None
        return replace(self, wish="pending", wished_at=self.now, wish_by=frozenset())

    def _approve_renewal(self, who: str) -> Model | None:
        late = self.now >= self.wished_at + DECISION
        if not self.live or self.wish != "pending" or late or who not in APPROVERS - self.wish_by:
            return None
        names = self.wish_by | {who}
        if len(names) < self.needed:
            return replace(self, wish_by=names)
        return replace(self, wish_by=names, wish="approved", wish_ends_at=self.now + LIFE)

    def _deny_renewal(self, who: str) -> Model | None:
        asked = self.live and self.wish == "pending" and who in APPROVERS
        return replace(self, wish="") if asked else None

    def _attend(self, who: str) -> Model:
        """A worker looks; that is never refused, and does whatever is due first."""
        if self.state == "pending" and self.now >= DECISION:
            return replace(self, state="lapsed")
        if self.state == "approved":
            return replace(self, state="failed" if self.over else "active")
        if self.live:
            return self._looked_after()
        if self.state == "active" and self.twice:
            return replace(self, twice=False)
        if self.state == "active":
            return replace(self, state="expired" if self.ended_at >= self.ends_at else "revoked")
        return self

    def _looked_after(self) -> Model:
        """A live key: its end, the new end, the new key, the old key, in this order."""
        granted = self.wish == "approved"
        if self.now >= (self.wish_ends_at if granted else self.ends_at):
            begun = replace(self, ended_by=BOT, ended_at=self.now)
            return begun if self.turning or self.spent else replace(begun, state="expired")
        if granted and (self.turning or not self._old_is_due):
            return replace(self, wish="", ends_at=self.wish_ends_at)
        if self.turning:
            return replace(self, turning=False, turned_at=self.now)
        if self._old_is_due:
            return replace(self, turned_at=None, forced=False)
        if self.wish == "pending" and self.now >= self.wished_at + DECISION:
            return replace(self, wish="")
        return self

    @property
    def _old_is_due(self) -> bool:
        return self.turned_at is not None and (self.forced or self.now >= self.turned_at + GRACE)


def orders(start: Model, acts: Sequence[Act]) -> Iterator[tuple[Model, tuple[bool, ...]]]:
    """Give every outcome that doing the acts one after the other could have had.

    A look that comes together with something else may find nothing to do: whoever was quicker has done it.
    """
    looks = [index for index, act in enumerate(acts) if act.verb == "attend"]
    most = len(looks) if len(looks) < len(acts) else len(looks) - 1
    for count in range(most + 1):
        for idle in combinations(looks, count):
            for order in permutations(index for index in range(len(acts)) if index not in idle):
                model, done = start, dict.fromkeys(idle, True)
                for index in order:
                    model, done[index] = model.after(acts[index])
                yield model, tuple(done[index] for index in range(len(acts)))
                if len(looks) > 1 and start.state == "active" and model.state in {"expired", "revoked"}:
                    # Whoever takes an end over from another worker looks once more.
                    half = replace(model, state="active")
                    yield half, tuple(done[index] for index in range(len(acts)))
