"""Try whether keys can be made: mint one, see that Gemini accepts it, and delete it again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain import names
from bot.errors import GoogleError
from bot.words import N_

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

FINE = N_("A key was made, accepted by the Gemini API, and deleted again.")
UNSHOWN = N_("A key was made and deleted again; Google did not show its text, so it was not tried.")
PAUSED = N_("The making of keys is paused, so none was tried.")
LATER = N_("A key is tried here when everything above is fine.")
# Keys of runs before this one that a dead worker may have left.
LEFT_OVER = 3


class Keys(Protocol):
    """API Keys, as far as a trial goes."""

    async def create(
        self,
        project_id: str,
        key_id: str,
        *,
        display_name: str,
        service_account: str,
        service: str,
        annotations: Mapping[str, str],
    ) -> str:
        """Start to create a key bound to an account; returns the operation's name."""

    async def wait(self, operation: str) -> str | None:
        """Wait for a create operation; returns the key's text, None if Google does not show it."""

    async def text(self, project_id: str, key_id: str) -> str | None:
        """Read a key's text, None where the bot may not."""

    async def delete(self, project_id: str, key_id: str) -> None:
        """Delete a key; none there counts as done."""

    async def delete_ours(self, project_id: str, key_id: str, owner: str) -> None:
        """Delete a key; none there, or one of somebody else's, counts as done."""


class Gemini(Protocol):
    """The Gemini API, as far as a trial goes."""

    async def accepts(self, text: str) -> None:
        """Return once a call with this key is accepted; raise `GoogleError` when it stays refused."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A key's whole life in a minute; its text stays in this call's memory."""

    keys: Keys
    gemini: Gemini
    paused: Callable[[str], Awaitable[bool]]

    async def run(self, project_id: str, account: str, owner: str, number: int) -> str:
        """Make, try and delete a key; returns what was seen, raises what Google would not do.

        A deleted id stays taken for 30 days, hence the run's number in it. What a dead worker left behind is
        deleted by the next run, or found by `reconcile` through its owner.
        """
        stem = f"gk-{owner.rpartition('/')[2].lower()}"
        for earlier in range(max(1, number - LEFT_OVER), number):
            await self.keys.delete_ours(project_id, f"{stem}-r{earlier}", owner)
        if await self.paused(owner.partition("/")[0]):
            return PAUSED
        key_id = f"{stem}-r{number}"
        try:
            operation = await self.keys.create(
                project_id,
                key_id,
                display_name=f"{names.MARK} trial",
                service_account=account,
                service=names.GEMINI,
                annotations={names.OWNER: owner},
            )
            text = await self._made(operation) or await self.keys.text(project_id, key_id)
            if text is None:
                return UNSHOWN
            await self.gemini.accepts(text)
        finally:
            await self.keys.delete(project_id, key_id)
        return FINE

    async def _made(self, operation: str) -> str | None:
        """Wait for the key; one that comes after its delete would stay, so waiting is tried once more."""
        try:
            return await self.keys.wait(operation)
        except GoogleError as error:
            if not error.finished:
                with suppress(GoogleError):
                    await self.keys.wait(operation)
            raise
