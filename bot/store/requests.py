"""Requests in Redis: `add`, `get`, `edit`, and the lists."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain import audit, calendar
from bot.domain.compact import compact
from bot.domain.fingerprint import fingerprint
from bot.domain.key_request import FINISHED, HELD, KeyRequest, State
from bot.domain.limits import LimitReached
from bot.domain.listing import PAGE, Page, cursor_at
from bot.errors import BotError, Conflict, NotFound
from bot.store import counting, keys, listings
from bot.store.redis import script, translated
from bot.telemetry.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.domain.audit import Event
    from bot.domain.limits import Limit
    from bot.domain.listing import Listing
    from bot.store.redis import Client

ATTEMPTS = 20
# Records kept as this process wrote them last: whoever wrote one usually writes the next version too.
MOST_WRITTEN = 256

_as_json = TypeAdapter(KeyRequest)


class Requests:
    """The repository of requests; every write is one script that also audits and announces."""

    def __init__(self, client: Client, nonce: Callable[[], str], watch: Watch | None = None) -> None:
        """Use a client; `nonce` tells two moves apart that are alike in every other way."""
        self._redis = client
        self._nonce = nonce
        self._watch = watch or Watch()
        self._move = script(client, "move")
        self._written: dict[tuple[str, str], tuple[KeyRequest, int]] = {}

    async def add(
        self, request: KeyRequest, event: Event, limits: Sequence[Limit] = (), *, once: str
    ) -> KeyRequest | None:
        """Store a new request; the same `once` again gives the request it led to the first time.

        None means that the id belongs to another request. Raises `LimitReached` for a grant without room.
        """
        with translated():
            await self._redis.sadd(keys.workspaces(), request.team_id)
            outcome, value = await self._write(request, 0, event, limits, once=once)
        if outcome == "once":
            return await self.get(request.team_id, _remembered(value)[0])
        if outcome != "ok":
            return None
        self._watch.moved(None, request, event)
        return request

    async def once(self, team_id: str, delivery: str) -> str | None:
        """Tell which request a delivery has already led to."""
        with translated():
            found = await self._redis.get(keys.once(team_id, delivery))
        return _remembered(found)[0] if found else None

    async def fingerprint(self, team_id: str, delivery: str) -> str:
        """Tell what a delivery asked for, as a digest; empty once that is forgotten."""
        with translated():
            found = await self._redis.get(keys.once(team_id, delivery))
        return _remembered(found)[1] if found else ""

    async def get(self, team_id: str, request_id: str) -> KeyRequest:
        """Read a request, or raise `NotFound`."""
        request, _ = await self.read(team_id, request_id)
        return request

    async def read(self, team_id: str, request_id: str) -> tuple[KeyRequest, int]:
        """Read a request with the version it stands at."""
        with translated():
            version, body = await self._redis.hmget(keys.request(team_id, request_id), ["v", "json"])
        if body is None or version is None:
            raise NotFound("I don't know {id}.", id=request_id)
        return _as_json.validate_json(body), int(version)

    async def edit(
        self,
        team_id: str,
        request_id: str,
        change: Callable[[KeyRequest], KeyRequest],
        event: Event,
        limits: Sequence[Limit] = (),
    ) -> KeyRequest:
        """Apply a pure change, reading again when another writer was first; limits as in `add`."""
        written = self._written.pop((team_id, request_id), None)
        if written and (changed := await self._retouch(*written, change, event, limits)):
            return changed
        for _ in range(ATTEMPTS):
            request, version = await self.read(team_id, request_id)
            changed = compact(change(request))
            if changed == request:
                return request
            if await self._replace(request, version, changed, event, limits):
                return changed
            await asyncio.sleep(0)
        raise Conflict("Others are changing {id} right now. Please try again.", id=request_id)

    async def holds(self, team_id: str, user_id: str) -> int:
        """Count the live keys of one person, those being made too."""
        with translated():
            return int(await self._redis.zcard(keys.held(team_id, user_id)))

    async def check_room(self, request: KeyRequest, limits: Sequence[Limit]) -> None:
        """Raise `LimitReached` when a limit leaves no room now; the move itself looks again."""
        with translated():
            for limit in limits:
                since = counting.since(limit)
                if await self._redis.zcount(counting.key(limit, request), since, "+inf") >= limit.most:
                    raise LimitReached(limit, request)

    async def _retouch(
        self,
        request: KeyRequest,
        version: int,
        change: Callable[[KeyRequest], KeyRequest],
        event: Event,
        limits: Sequence[Limit],
    ) -> KeyRequest | None:
        """Change a record without reading it; None when it may be another by now: nothing is decided then."""
        try:
            changed = compact(change(request))
        except BotError:
            return None
        if changed == request or not await self._replace(request, version, changed, event, limits):
            return None
        return changed

    async def _replace(
        self,
        request: KeyRequest,
        version: int,
        changed: KeyRequest,
        event: Event,
        limits: Sequence[Limit],
    ) -> bool:
        """Write the next version, unless another writer was first."""
        with translated():
            outcome, now_at = await self._write(changed, version, event, limits, before=request)
        if outcome != "ok":
            return False
        self._watch.moved(request, changed, event)
        self._written[changed.team_id, changed.id] = changed, int(now_at)
        if len(self._written) > MOST_WRITTEN:
            del self._written[next(iter(self._written))]
        return True

    async def mine(self, team_id: str, user_id: str, limit: int = 10, offset: int = 0) -> list[KeyRequest]:
        """List one person's requests, newest first."""
        return await self._list(team_id, keys.mine(team_id, user_id), limit, offset, newest_first=True)

    async def pending(self, team_id: str, limit: int = 10, offset: int = 0) -> list[KeyRequest]:
        """List undecided requests, oldest first."""
        return await self._list(team_id, keys.pending(team_id), limit, offset, newest_first=False)

    async def page(self, team_id: str, listing: Listing, cursor: str = "", limit: int = PAGE) -> Page:
        """Read one page of a list; what retention has taken leaves the list and no gap."""
        index = listings.index(team_id, listing)
        while True:
            ids, total = await listings.ids(self._redis, team_id, listing, cursor, limit + 1)
            requests = await self._read_all(team_id, index, ids)
            if requests or not ids:
                break
        shown = requests[:limit]
        return Page(shown, total, cursor_at(listing, shown[-1]) if len(ids) > limit else "")

    async def due(self, team_id: str, now: datetime, limit: int = 500) -> list[str]:
        """List ids of requests that somebody must look at, longest overdue first."""
        with translated():
            return list(
                await self._redis.zrange(
                    keys.due(team_id),
                    "-inf",
                    now.timestamp(),
                    byscore=True,
                    offset=0,
                    num=limit,  # type: ignore[arg-type]
                )
            )

    async def held_back(self, team_id: str, limit: int = 500) -> list[str]:
        """List ids of requests that wait while nothing is made, oldest first."""
        with translated():
            found = await self._redis.zrange(keys.held_back(team_id), 0, limit - 1)
        return [str(request_id) for request_id in found]

    async def workspaces(self) -> set[str]:
        """List the workspaces that have requests."""
        with translated():
            return {str(team_id) for team_id in await self._redis.smembers(keys.workspaces())}

    async def _list(
        self, team_id: str, index: str, limit: int, offset: int, *, newest_first: bool
    ) -> list[KeyRequest]:
        with translated():
            found = await self._redis.zrange(index, offset, offset + limit - 1, desc=newest_first)
        return await self._read_all(team_id, index, [str(request_id) for request_id in found])

    async def _read_all(self, team_id: str, index: str, ids: Sequence[str]) -> list[KeyRequest]:
        """Read records in order; ids whose records are gone are taken out of the index."""
        with translated():
            pipeline = self._redis.pipeline(transaction=False)
            for request_id in ids:
                pipeline.hget(keys.request(team_id, request_id), "json")
            bodies = await pipeline.execute() if ids else []
            gone = [i for i, body in zip(ids, bodies, strict=True) if body is None]
            if gone:
                await self._redis.zrem(index, *gone)
        return [_as_json.validate_json(body) for body in bodies if body is not None]

    async def _write(
        self,
        request: KeyRequest,
        version: int,
        event: Event,
        limits: Sequence[Limit] = (),
        *,
        before: KeyRequest | None = None,
        once: str = "",
    ) -> tuple[str, str | int]:
        team_id = request.team_id
        counted = counting.at_grant(request, before, limits)
        record = keys.request(team_id, request.id)
        said = event.as_json(request.id, request.state.value, version + 1, self._nonce())
        indexes = _indexes(request, before)
        ttl = int(keys.RETENTION.total_seconds()) if request.state in FINISHED else 0
        outcome, value = await self._move(
            keys=[
                record,
                keys.audit(team_id),
                keys.audit_head(team_id),
                keys.announcements(team_id),
                keys.once(team_id, once) if once else record,
                *indexes,
                *(counting.key(limit, request) for limit in counted),
            ],
            args=[
                version,
                _as_json.dump_json(request, exclude_defaults=True),
                said,
                audit.digest(said),
                ttl,
                f"{request.id} {fingerprint(request.requester.user_id, request)}" if once else "",
                keys.once.seconds,
                request.id,
                len(counted),
                *indexes.values(),
                *(argument for limit in counted for argument in counting.arguments(limit)),
                "told" if event.told else "",
            ],
        )
        if outcome == "full":
            raise LimitReached(counted[int(value) - 1], request)
        return str(outcome), value


def _remembered(value: object) -> tuple[str, str]:
    """Read the id and the digest that stand under a delivery's name."""
    request_id, _, digest = str(value).partition(" ")
    return request_id, digest


def _indexes(request: KeyRequest, before: KeyRequest | None) -> dict[str, str]:
    """Say where a request stands in each index that this move can change; "-" is out of it."""
    wanted, stood = _scores(request), _scores(before) if before else {}
    left = dict.fromkeys(stood.keys() - wanted.keys(), "-")
    return left | {key: score for key, score in wanted.items() if stood.get(key, "-") != score}


def _scores(request: KeyRequest) -> dict[str, str]:
    team_id, made = request.team_id, str(request.requested_at.timestamp())
    due_at = calendar.due_at(request)
    ends = str(request.expires_at.timestamp()) if request.expires_at else "-"
    active = request.state is State.ACTIVE and request.expires_at
    return {
        keys.due(team_id): str(due_at.timestamp()) if due_at else "-",
        keys.pending(team_id): made if request.state is State.PENDING else "-",
        keys.held(team_id, request.requester.user_id): ends if request.state in HELD else "-",
        keys.held_in(team_id, request.project_id): ends if request.state in HELD else "-",
        keys.live(team_id): str(request.expires_at.timestamp()) if active and request.expires_at else "-",
        keys.in_project(team_id, request.project_id): "-" if request.finished else made,
        keys.mine(team_id, request.requester.user_id): made,
        keys.held_back(team_id): made if request.paused and not request.finished else "-",
    }
