"""How ready each project is, kept fresh by the worker for the form that people see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain.readiness import ProjectReadiness
from bot.store import keys
from bot.store.project_facts import ProjectFacts

if TYPE_CHECKING:
    from bot.store.redis import Client


class Readiness(ProjectFacts[ProjectReadiness]):
    """Readiness by project."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, TypeAdapter(ProjectReadiness), keys.readiness)
