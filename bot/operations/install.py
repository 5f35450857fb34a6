"""Install the app into a workspace, speak there, and take it out again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.domain import installation
from bot.domain.audit import BOT, Event
from bot.domain.installation import ID, Installation
from bot.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.policy import Policy


class Installations(Protocol):
    """Where installations are kept."""

    async def add(self, record: Installation, event: Event, *, once: str) -> Installation | None:
        """Store the first one of a workspace; None when there is one."""

    async def get(self, team_id: str, record_id: str) -> Installation:
        """Read it, or raise `NotFound`."""

    async def edit(
        self, team_id: str, record_id: str, change: Callable[[Installation], Installation], event: Event
    ) -> Installation:
        """Apply a pure change."""


class Seal(Protocol):
    """What keeps tokens from whoever reads the store."""

    def close(self, text: str, meant_for: str) -> str:
        """Seal a text for one purpose."""

    def open(self, sealed: str, meant_for: str) -> str:
        """Read it again, or raise `NotFound`."""

    def is_fresh(self, sealed: str) -> bool:
        """Tell whether it was sealed with the newest key."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of the workspaces, each kept sealed."""

    installations: Installations
    seal: Seal
    now: Callable[[], datetime]

    def sealed(self, team_id: str, token: str) -> str:
        """Seal a workspace's token, for that workspace alone."""
        return self.seal.close(token, f"bot-token/{team_id}")

    def opened(self, team_id: str, kept: Installation) -> str:
        """Read it again; another workspace's record in its place does not open."""
        return self.seal.open(kept.sealed, f"bot-token/{team_id}")


@dataclass(frozen=True, slots=True)
class Installer:
    """What installing takes: where the tokens go, and each workspace's policy, without which none is kept."""

    tokens: Tokens
    policy: Callable[[str], Policy]


def check(installer: Installer, team_id: str) -> None:
    """Refuse a workspace that nobody has written a policy for."""
    installer.policy(team_id)


async def install(installer: Installer, team_id: str, token: str, *, by: str, name: str = "") -> None:
    """Keep the token, in the place of an older one; `name` is the workspace's own."""
    check(installer, team_id)
    tokens, plain = installer.tokens, "".join(filter(str.isprintable, name))
    new = Installation(
        team_id=team_id, name=plain, sealed=tokens.sealed(team_id, token), by=by, at=tokens.now()
    )
    event = Event(at=new.at, by=by, verb="install")
    if await tokens.installations.add(new, event, once="") is None:
        await tokens.installations.edit(team_id, ID, lambda _: new, event)


class Unreadable(Unavailable):
    """Say that a token is kept which no key here opens: another replica may have the key."""


async def is_kept(tokens: Tokens, team_id: str) -> bool:
    """Tell whether a token is kept, also one that no key here opens."""
    return await _kept(tokens, team_id) is not None


async def _kept(tokens: Tokens, team_id: str) -> Installation | None:
    try:
        kept = await tokens.installations.get(team_id, ID)
    except NotFound:
        return None
    return kept if kept.sealed else None


async def token(tokens: Tokens, team_id: str, *, renew: bool = True) -> str:
    """Read the token to speak in a workspace with, and seal it anew where a newer key is there.

    Raises `NotFound` where the app is not installed, `Unreadable` where no key opens what is kept.
    """
    kept = await _kept(tokens, team_id)
    if kept is None:
        raise NotFound("The app is not installed in {team}.", team=team_id)
    try:
        found = tokens.opened(team_id, kept)
    except NotFound:
        raise Unreadable(
            "The token of {team} is sealed with a key that I don't have. Please tell whoever runs the bot.",
            team=team_id,
        ) from None
    if renew and not tokens.seal.is_fresh(kept.sealed):
        sealed = tokens.sealed(team_id, found)
        event = Event(at=tokens.now(), by=BOT, verb="seal-anew")
        # Meanwhile the app may have been taken out or installed again: that stays as it is.
        await tokens.installations.edit(
            team_id, ID, lambda now: replace(now, sealed=sealed) if now == kept else now, event
        )
    return found


async def remove(tokens: Tokens, team_id: str, dead: str) -> None:
    """Forget a token that Slack takes no more; a newer one stays, and so does what no key opens."""

    def change(kept: Installation) -> Installation:
        with suppress(NotFound):
            if kept.sealed and tokens.opened(team_id, kept) == dead:
                return installation.remove(kept)
        return kept

    await tokens.installations.edit(team_id, ID, change, Event(at=tokens.now(), by=BOT, verb="uninstall"))
