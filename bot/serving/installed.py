"""The workspaces where the app is installed, as Redis knows them, for who looks from beside the bot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.installation import ID
from bot.errors import NotFound
from bot.operations.install import Tokens, Unreadable, token
from bot.store import keys
from bot.store.embedded import running_in
from bot.store.installations import Installations
from bot.store.redis import connect, translated
from bot.wiring import utc_now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.installation import Installation
    from bot.errors import BotError
    from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """One workspace: what is kept of it, and its token or why there is none; None without sealing keys."""

    team_id: str
    kept: Installation | None
    token: str | BotError | None


class Standing(StrEnum):
    """How the app stands in a workspace, as far as Redis and the policies tell."""

    OPEN = "open"
    WITHOUT_POLICY = "without-policy"
    # No sealing key that is here opens its token.
    SEALED = "sealed"
    UNINSTALLED = "uninstalled"
    NOT_INSTALLED = "not-installed"


def standing(one: Installed, with_policy: Iterable[str]) -> Standing:
    """Tell how the app stands there; Slack alone knows whether it still takes the token."""
    if one.kept is None:
        return Standing.NOT_INSTALLED
    if not one.kept.sealed:
        return Standing.UNINSTALLED
    if one.team_id not in with_policy:
        return Standing.WITHOUT_POLICY
    return Standing.OPEN if isinstance(one.token, str) else Standing.SEALED


async def look(settings: Settings, installations: Installations, team_ids: Iterable[str]) -> list[Installed]:
    """Read each workspace's installation; nothing is sealed anew, and Slack is not asked."""
    return [await _look(settings, installations, team_id) for team_id in sorted(team_ids)]


async def look_beside(settings: Settings, with_policy: Iterable[str]) -> list[Installed] | None:
    """Look at these workspaces and all that Redis knows; None where the bot's own Redis does not run."""
    directory = settings.data_dir / "redis"
    url = settings.redis_url.get_secret_value() if settings.redis_url else await running_in(directory)
    if not url:
        return None
    with translated():
        async with connect(url) as client:
            known = {str(team_id) for team_id in await client.smembers(keys.workspaces())}
            return await look(settings, Installations(client, str), {*with_policy, *known})


async def _look(settings: Settings, installations: Installations, team_id: str) -> Installed:
    try:
        kept: Installation | None = await installations.get(team_id, ID)
    except NotFound:
        kept = None
    return Installed(team_id=team_id, kept=kept, token=await _token(settings, installations, team_id))


async def _token(settings: Settings, installations: Installations, team_id: str) -> str | BotError | None:
    from bot.store.seal import Seal  # noqa: PLC0415 - cryptography is loaded where it is asked for

    if settings.sealing_keys is None:
        return None
    seal = Seal(settings.sealing_keys.get_secret_value())
    try:
        return await token(Tokens(installations, seal, utc_now), team_id, renew=False)
    except (NotFound, Unreadable) as error:
        return error
