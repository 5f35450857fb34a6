"""When the keys of each project were used last, kept fresh by the worker for their holders' Homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain.key_uses import KeyUses
from bot.store import keys
from bot.store.project_facts import ProjectFacts

if TYPE_CHECKING:
    from bot.store.redis import Client


class Uses(ProjectFacts[KeyUses]):
    """Uses by project."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, TypeAdapter(KeyUses), keys.uses)
