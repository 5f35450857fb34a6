"""What a step is, and the journal it writes into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.key_request import KeyRequest


class Journal(Protocol):
    """The request's record, as one worker may write it.

    Whoever was overtaken by another worker gets `Superseded` at the next write, so a
    step writes before it does what cannot be undone.
    """

    @property
    def request(self) -> KeyRequest:
        """The record as last read or written."""

    async def write(self, verb: str, change: Callable[[KeyRequest], KeyRequest]) -> KeyRequest:
        """Apply a pure change and append the audit event `verb`."""


class Step(Protocol):
    """A state to reach at Google. `do` twice is `do` once; `undo` needs nothing that `do` returned."""

    @property
    def name(self) -> str:
        """The step's id, kept in the record and shown (translated) as progress."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the steps that must be done before."""

    async def do(self, journal: Journal) -> None:
        """Reach the state, or raise `GoogleError` or `Blocked`."""

    async def undo(self, journal: Journal) -> None:
        """Take away what `do` made; nothing there counts as done."""


class Blocked(BotError):  # noqa: N818 - a state of the world, not a fault of ours
    """A state that no retry will change. `cause` is a `why-403` cause id."""

    def __init__(self, cause: str, sentence: str, **values: str) -> None:
        """Name the cause and say what was read."""
        super().__init__(sentence, **values)
        self.cause = cause


class Superseded(BotError):  # noqa: N818 - the same
    """Another worker has taken the request up since."""
