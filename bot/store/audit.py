"""The audit stream of one workspace: read in order, trimmed only up to what was exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain import audit
from bot.domain.audit import Chain, Entry
from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.audit import Event
    from bot.store.redis import Client

PAGE = 1000
# Steps of one request's story that are shown.
STEPS = 20


class Audit:
    """Events as they were written by `move.lua`."""

    def __init__(self, client: Client) -> None:
        self._redis = client

    async def entries(self, team_id: str) -> AsyncIterator[Entry]:
        """Read every event, oldest first, a page at a time."""
        last = "-"
        while True:
            with translated():
                found: Any = await self._redis.xrange(keys.audit(team_id), min=last, count=PAGE)
            page: list[tuple[str, dict[str, str]]] = list(found or [])
            for _, fields in page:
                yield Entry(
                    n=int(fields["n"]), event=fields["event"], digest=fields["digest"], link=fields["link"]
                )
            if len(page) < PAGE:
                return
            last = f"({page[-1][0]}"

    async def story(self, team_id: str, request_id: str) -> list[Event]:
        """Read what happened to one request, oldest first, as far as it was not exported and trimmed."""
        with translated():
            named = await self._redis.hget(keys.request(team_id, request_id), "told")
            pipeline = self._redis.pipeline(transaction=False)
            entries = str(named or "").split()[-STEPS:]
            for entry in entries:
                pipeline.xrange(keys.audit(team_id), min=entry, max=entry)
            found = await pipeline.execute() if entries else []
        return [audit.read(fields["event"]) for page in found for _, fields in page]

    async def head(self, team_id: str) -> Chain:
        """Read where the chain ends."""
        with translated():
            n, link = await self._redis.hmget(keys.audit_head(team_id), ["n", "link"])
        return Chain(int(n or 0), str(link or ""))
