"""Repairs in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain.repair import Repair
from bot.store import keys
from bot.store.records import Records, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.redis import Client

SHAPE = Shape(
    json=TypeAdapter(Repair),
    key=keys.repair,
    due=keys.repairs_due,
    lives=lambda repair: keys.RETENTION if repair.finished else None,
)


class Repairs(Records[Repair]):
    """The repository of repairs, beside that of requests and by the same rules."""

    def __init__(self, client: Client, nonce: Callable[[], str]) -> None:
        """Use a client and what tells two moves apart."""
        super().__init__(client, nonce, SHAPE)
