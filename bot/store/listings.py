"""Places in the sorted sets that list requests; a cursor names the last request seen and its score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.listing import ASCENDING, Kind, Listing
from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from bot.store.redis import Client


def index(team_id: str, listing: Listing) -> str:
    """Name the sorted set behind a list."""
    match listing.kind:
        case Kind.MINE:
            return keys.mine(team_id, listing.subject)
        case Kind.HELD:
            return keys.held(team_id, listing.subject)
        case Kind.PROJECT:
            return keys.in_project(team_id, listing.subject)
        case Kind.LIVE:
            return keys.live(team_id)
        case Kind.PENDING:
            return keys.pending(team_id)


async def ids(
    redis: Client, team_id: str, listing: Listing, cursor: str, limit: int
) -> tuple[list[str], int]:
    """Read the ids after a cursor, at most `limit`, and how many the whole list has."""
    key, ascending = index(team_id, listing), listing.kind in ASCENDING
    with translated():
        start = await _after(redis, key, cursor, ascending=ascending) if cursor else 0
        pipeline: Any = redis.pipeline(transaction=False)
        pipeline.zrange(key, start, start + limit - 1, desc=not ascending)
        pipeline.zcard(key)
        found, total = await pipeline.execute()
    return [str(request_id) for request_id in found], int(total)


async def _after(redis: Client, key: str, cursor: str, *, ascending: bool) -> int:
    """Count what stands before a cursor; what was last seen may have left its place meanwhile."""
    said, _, name = cursor.partition(":")
    pipeline: Any = redis.pipeline(transaction=False)
    pipeline.zscore(key, name)
    if ascending:
        pipeline.zrank(key, name)
        pipeline.zcount(key, "-inf", f"({said}")
    else:
        pipeline.zrevrank(key, name)
        pipeline.zcount(key, f"({said}", "+inf")
    score, rank, before = await pipeline.execute()
    return int(rank) + 1 if rank is not None and score == float(said) else int(before)
