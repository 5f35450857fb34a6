"""The tokens of the workspaces where the app is installed, for the doctor, which runs beside the bot."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bot.errors import BotError, NoPolicy, NotFound
from bot.operations.install import Installer, token
from bot.store.installations import Installations
from bot.store.redis import connect
from bot.store.seal import Seal
from bot.wiring import utc_now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.policy import Policy
    from bot.settings import Settings


async def tokens(settings: Settings, team_ids: Iterable[str]) -> dict[str, str | BotError]:
    """Read the token of each workspace, or why there is none; nothing where Redis is the bot's own."""
    if settings.redis_url is None or settings.sealing_keys is None:
        return {}
    seal = Seal(settings.sealing_keys.get_secret_value())
    found: dict[str, str | BotError] = {}
    async with connect(settings.redis_url.get_secret_value()) as client:
        kept = Installations(client, lambda: secrets.token_hex(6))
        installer = Installer(kept, seal, _nobodys, utc_now)
        for team_id in team_ids:
            try:
                found[team_id] = await token(installer, team_id, renew=False)
            except NotFound as error:
                found[team_id] = error
    return found


def _nobodys(team_id: str) -> Policy:
    """Give nobody's rules: nothing is installed here."""
    raise NoPolicy
