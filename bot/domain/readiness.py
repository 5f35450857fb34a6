"""How ready a project is to own keys, as last looked at."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - read at run time, to make JSON of it
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the same


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectReadiness:
    """Facts of one project; None is a fact that could not be read, which is evidence for nothing.

    `readers` are members whose roles on the project let them read key strings; `keys` counts live keys.
    `unreadable` gives the refusal's status for each of those: `{"billing_enabled": "PERMISSION_DENIED"}`.
    """

    project_id: str
    checked_at: datetime
    state: str | None = None
    number: str | None = None
    billing_enabled: bool | None = None
    api_enabled: bool | None = None
    readers: tuple[str, ...] | None = None
    keys: int | None = None
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether the project is known to be alive: the bot switches the API on, policy judges billing."""
        return self.state == "ACTIVE"
