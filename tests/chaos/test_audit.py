from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.key_request import State
from bot.store import keys
from sandbox.people import TEAM_ID
from tests.chaos.lane import Lane

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Zygote

pytestmark = pytest.mark.chaos

STREAM, HEAD = keys.audit(TEAM_ID), keys.audit_head(TEAM_ID)
Entry = tuple[str, dict[str, str]]


async def edit(redis: Any, entries: list[Entry]) -> None:
    """Somebody else is said to have approved."""
    rewritten = [{**fields, "event": fields["event"].replace("U0GRACE", "U0ALAN")} for _, fields in entries]
    await write(redis, rewritten)


async def gap(redis: Any, entries: list[Entry]) -> None:
    """An event in the middle is gone."""
    await redis.xdel(STREAM, entries[len(entries) // 2][0])


async def reorder(redis: Any, entries: list[Entry]) -> None:
    """Two events have changed places."""
    fields = [fields for _, fields in entries]
    fields[3], fields[4] = fields[4], fields[3]
    await write(redis, fields)


async def cut(redis: Any, entries: list[Entry]) -> None:
    """The newest event is gone."""
    await redis.xdel(STREAM, entries[-1][0])


async def begun_anew(redis: Any, entries: list[Entry]) -> None:
    """The beginning was taken away and the numbers made to fit."""
    await write(redis, [{**fields, "n": str(n + 1)} for n, (_, fields) in enumerate(entries[2:])])


async def write(redis: Any, events: list[dict[str, str]]) -> None:
    await redis.delete(STREAM)
    for fields in events:
        await redis.xadd(STREAM, fields)


@pytest.mark.parametrize("forge", [edit, gap, reorder, cut, begun_anew])
async def test_a_forged_audit_is_found(
    zygote: Zygote, tally: Tally, forge: Callable[[Any, list[Entry]], Awaitable[None]]
) -> None:
    """`audit verify` accepts what the bot wrote, and no edit, gap, reorder or cut of it."""
    async with Lane(zygote) as lane:
        request = await lane.approved(await lane.submitted())
        assert request.state is State.APPROVED
        await lane.expire(request)
        await lane.expire(request)
        await lane.expire(request)
        entries = await lane.service.redis.xrange(STREAM)
        code, said = await lane.command("audit", "verify")
        assert (code, said) == (0, f"{len(entries)} events, unbroken\n")

        await forge(lane.service.redis, entries)

        code, said = await lane.command("audit", "verify")
        tally.add("audit: forged", forge.__name__, [] if code == 1 and said else ["nobody noticed"])
        assert code == 1, said


async def test_an_export_has_every_event_and_later_betrays_a_rewritten_chain(
    zygote: Zygote, tmp_path: Path
) -> None:
    """One JSON object a line; a chain forged whole, its end too, is found by an export from before."""
    async with Lane(zygote) as lane:
        await lane.approved(await lane.submitted())
        file = tmp_path / "audit.jsonl"
        assert (await lane.command("audit", "export", str(file)))[0] == 0
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert [line["event"]["verb"] for line in lines] == ["request", "approve"]
        assert (await lane.command("audit", "verify", str(file)))[0] == 0

        await lane.service.redis.delete(STREAM, HEAD)
        await lane.approved(await lane.submitted())

        assert (await lane.command("audit", "verify"))[0] == 0
        code, said = await lane.command("audit", "verify", str(file))
        assert (code, "is not the one that was exported" in said) == (1, True)
