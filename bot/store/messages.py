"""Where requests are shown at the chat, and who is rendering one now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import keys
from bot.store.redis import script, translated

if TYPE_CHECKING:
    from bot.store.redis import Client

# How soon somebody else may render a request whose renderer was killed.
LEASE = timedelta(seconds=9)


@dataclass(frozen=True, slots=True)
class Place:
    """One message: `(channel, ts)` find it, `digest` tells whether it says the newest.

    Kept as three words, for Redis packs a hash tightly only while no value is longer than 64 bytes.
    """

    channel: str
    ts: str
    digest: str


class Messages:
    """Places by surface (`card`, `dm`, …), and one lease a request so that nothing is posted twice."""

    def __init__(self, client: Client) -> None:
        self._redis = client
        self._rendered = script(client, "rendered")

    async def places(self, team_id: str, request_id: str) -> dict[str, Place]:
        """Read where a request is shown."""
        with translated():
            found = await self._redis.hgetall(keys.messages(team_id, request_id))
        return {str(surface): Place(*str(place).split(" ")) for surface, place in found.items()}

    async def put(self, team_id: str, request_id: str, surface: str, place: Place) -> None:
        """Remember a message that was just posted or updated."""
        key = keys.messages(team_id, request_id)
        with translated():
            pipeline = self._redis.pipeline(transaction=True)
            pipeline.hset(key, surface, f"{place.channel} {place.ts} {place.digest}")
            pipeline.expire(key, keys.RETENTION)
            await pipeline.execute()

    async def forget(self, team_id: str, request_id: str, surface: str) -> None:
        """Drop a message that is gone, so that it is posted anew."""
        with translated():
            await self._redis.hdel(keys.messages(team_id, request_id), surface)

    async def lease(self, team_id: str, request_id: str, token: str) -> bool:
        """Take the right to render a request, if nobody has it; it must be kept up while rendering."""
        with translated():
            return bool(await self._redis.set(keys.rendering(team_id, request_id), token, nx=True, ex=LEASE))

    async def keep(self, team_id: str, request_id: str, token: str) -> bool:
        """Hold the lease for longer; False when it was lost."""
        key = keys.rendering(team_id, request_id)
        with translated():
            return await self._redis.get(key) == token and bool(await self._redis.expire(key, LEASE))

    async def release(
        self, team_id: str, request_id: str, token: str, version: int, record: str = ""
    ) -> bool:
        """Let the lease go; False when the record (a request's, or `record`) is newer: render again."""
        with translated():
            return bool(
                await self._rendered(
                    keys=[
                        keys.rendering(team_id, request_id),
                        record or keys.request(team_id, request_id),
                        keys.messages(team_id, request_id),
                    ],
                    args=[token, version, int(keys.FADING.total_seconds())],
                )
            )
