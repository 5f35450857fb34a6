"""Try whether keys can be made and kept: make a secret and a key, see that they do, delete both."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.domain import names, rights
from bot.errors import BotError, GoogleError
from bot.languages.words import N_
from bot.provisioning.steps import create_secret

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from bot.provisioning.steps.mint_key import Gemini, Keys

FINE = N_("A key was made, accepted by the Gemini API, and deleted again.")
UNSHOWN = N_("A key was made and deleted again; Google did not show its text, so it was not tried.")
PAUSED = N_("The making of keys is paused, so none was tried.")
LATER = N_("A key is tried here when everything above is fine.")
CLOSED = N_("On a secret of its own the bot lacks {permissions}.")
# Google deletes a secret that is left behind when this is over.
SECRET_LIVES = timedelta(hours=1)
# Keys of runs before this one that a dead worker may have left.
LEFT_OVER = 3


class Secrets(create_secret.Secrets, Protocol):
    """Secret Manager, as far as a trial goes."""

    async def permissions(self, project_id: str, secret_id: str, asked: Iterable[str]) -> frozenset[str]:
        """Read which of these permissions the bot itself holds on one secret."""


class Closed(BotError):  # noqa: N818 - a state of the world, not a fault of ours
    """The bot can make a secret, but not do with it what a key takes."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A key's whole life in a minute; its text stays in this call's memory."""

    keys: Keys
    secrets: Secrets
    gemini: Gemini
    paused: Callable[[str], Awaitable[bool]]
    now: Callable[[], datetime]

    async def run(self, project_id: str, account: str, owner: str, number: int) -> str:
        """Make, try and delete a secret and a key; returns what was seen, raises what Google would not do.

        A deleted id stays taken for 30 days, hence the run's number in it. What a dead worker left behind is
        deleted by the next run, or found by `reconcile` through its owner.
        """
        stem = f"{names.KEY_PREFIX}{owner.rpartition('/')[2].lower()}"
        for earlier in range(max(1, number - LEFT_OVER), number):
            await self.keys.delete_ours(project_id, f"{stem}-r{earlier}", owner)
        if await self.paused(owner.partition("/")[0]):
            return PAUSED
        await self._try_secret(project_id, owner)
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

    async def _try_secret(self, project_id: str, owner: str) -> None:
        """See what the bot may do to a secret of its own: a condition on names is asked of nothing less."""
        secret_id = f"{names.SECRET_PREFIX}trial-{owner.rpartition('/')[2].lower()}"
        try:
            await self.secrets.create(
                project_id,
                secret_id,
                labels={"managed-by": names.MARK},
                annotations={names.OWNER: owner},
                expires_at=self.now() + SECRET_LIVES,
            )
        except GoogleError as error:
            if error.status != "ALREADY_EXISTS":
                raise
        held = await self.secrets.permissions(project_id, secret_id, rights.OF_SECRETS)
        if missing := [right for right in rights.OF_SECRETS if right not in held]:
            # Not deleted by hand, which may be just what is missing: Google does it.
            raise Closed(CLOSED, permissions=",".join(missing))
        await self.secrets.delete(project_id, secret_id, owner=owner)

    async def _made(self, operation: str) -> str | None:
        """Wait for the key; one that comes after its delete would stay, so waiting is tried once more."""
        try:
            return await self.keys.wait(operation)
        except GoogleError as error:
            if not error.finished:
                with suppress(GoogleError):
                    await self.keys.wait(operation)
            raise
