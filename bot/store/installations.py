"""Installations in Redis, one a workspace; the token in each is sealed before it comes here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain.installation import Installation
from bot.store import keys
from bot.store.records import Records, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.redis import Client

SHAPE = Shape(
    json=TypeAdapter(Installation),
    key=lambda team_id, _: keys.installation(team_id),
    # Nothing of it is ever due, so it stands in no index.
    due=keys.due,
    lives=lambda _: None,
)


class Installations(Records[Installation]):
    """The repository of installations."""

    def __init__(self, client: Client, nonce: Callable[[], str]) -> None:
        """Use a client and what tells two moves apart."""
        super().__init__(client, nonce, SHAPE)
