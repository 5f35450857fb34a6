"""Questions about the use of a key or the keys of a project, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain.lookup import Lookup
from bot.store import keys
from bot.store.questions import Questions

if TYPE_CHECKING:
    from bot.store.redis import Client

_as_json = TypeAdapter(Lookup)


class Lookups(Questions[Lookup]):
    """Lookups by id."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, _as_json, keys.lookup)
