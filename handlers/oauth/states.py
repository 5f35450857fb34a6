"""OAuth's state: proves that an installation was begun here, a short while ago, and is finished once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.errors import NotFound
from handlers.guard import NOBODYS

if TYPE_CHECKING:
    from bot.store.deliveries import Deliveries
    from bot.store.seal import Seal

LIFE = timedelta(minutes=10)
PURPOSE = "oauth-state"


class States(AsyncOAuthStateStore):
    """A state is sealed and not stored: who only asks for the install page writes nothing into Redis."""

    def __init__(self, seal: Seal, deliveries: Deliveries) -> None:
        self._seal, self._deliveries = seal, deliveries

    async def async_issue(self, *_: Any, **__: Any) -> str:
        """Draw a new one; its padding would need escapes in a URL."""
        return self._seal.close(secrets.token_hex(8), PURPOSE).rstrip("=")

    async def async_consume(self, state: str) -> bool:
        """Take one that is ours, not too old, and was not taken before."""
        try:
            self._seal.open(state + "=" * (-len(state) % 4), PURPOSE, LIFE)
        except NotFound:
            return False
        name = hashlib.sha256(state.encode()).hexdigest()
        return await self._deliveries.first(NOBODYS, f"oauth:{name}", int(LIFE.total_seconds()) + 60)
