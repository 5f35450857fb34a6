"""Ids are short, so a new one may be taken: it is drawn again, longer after a while, and not for ever."""

from __future__ import annotations

from itertools import cycle

import pytest

from bot.errors import Conflict
from bot.operations.free_id import under_free_id


async def test_a_taken_id_is_drawn_again() -> None:
    """What is kept stands under the first free one."""
    taken = {"GK-2222", "GK-3333"}
    dice = iter("222233334444")

    async def keep(drawn: str) -> str | None:
        return None if drawn in taken else drawn

    assert await under_free_id(lambda _: next(dice), "GK-", keep) == "GK-4444"


async def test_when_short_ids_are_used_up_they_grow_and_then_it_is_said() -> None:
    """Four draws of four characters, four of five; whoever asked may try again."""
    tried: list[str] = []
    dice = cycle("ABC")

    async def keep(drawn: str) -> None:
        tried.append(drawn)

    with pytest.raises(Conflict, match="free id"):
        await under_free_id(lambda _: next(dice), "SET-", keep)

    assert [len(drawn.removeprefix("SET-")) for drawn in tried] == [4, 4, 4, 4, 5, 5, 5, 5]
