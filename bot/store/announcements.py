"""The stream of records that changed, read by a consumer group of front ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis.exceptions import ResponseError

from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.store.redis import Client

GROUP = "announcer"


class Announcements:
    """One reader of one workspace's stream. Needs a patient client: reading waits."""

    def __init__(self, client: Client, team_id: str, consumer: str, *, stream: str = "") -> None:
        """Read as `consumer`, a name no other reader has; another `stream` has the same shape."""
        self._redis = client
        self._consumer = consumer
        self._stream = stream or keys.announcements(team_id)

    async def open(self) -> None:
        """Make the consumer group, from the beginning of the stream."""
        with translated():
            try:
                await self._redis.xgroup_create(self._stream, GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def read(self, wait: timedelta, count: int = 50) -> list[tuple[str, str]]:
        """Wait for changed requests; returns (entry id, request id)."""
        with translated():
            try:
                answer = await self._redis.xreadgroup(
                    GROUP,
                    self._consumer,
                    {self._stream: ">"},
                    count=count,
                    block=int(wait.total_seconds() * 1000),
                )
            except ResponseError as error:
                if "NOGROUP" not in str(error):
                    raise
                await self.open()  # the server lost its data
                return []
        return [pair for _, entries in _streams(answer) for pair in _pairs(entries)]

    async def claim(self, idle: timedelta, count: int = 50) -> list[tuple[str, str]]:
        """Take over what another reader took and never finished."""
        with translated():
            answer = await self._redis.xautoclaim(
                self._stream, GROUP, self._consumer, int(idle.total_seconds() * 1000), "0-0", count=count
            )
        return _pairs(answer[1])

    async def done(self, *entries: str) -> None:
        """Finish entries."""
        with translated():
            await self._redis.xack(self._stream, GROUP, *entries)


def _streams(answer: object) -> list[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """Read XREADGROUP's answer in either protocol: RESP2 lists pairs, RESP3 maps names to batches."""
    if not answer:
        return []
    if isinstance(answer, dict):
        return [(name, [entry for batch in batches for entry in batch]) for name, batches in answer.items()]
    return list(answer)  # type: ignore[call-overload,no-any-return]


def _pairs(entries: list[tuple[str, dict[str, str]]]) -> list[tuple[str, str]]:
    return [(entry, fields["request"]) for entry, fields in entries if fields]
