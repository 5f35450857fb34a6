"""Service Usage v1."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.google.operations import finished

if TYPE_CHECKING:
    from bot.google.calls import Calls


@dataclass(frozen=True, slots=True)
class Services:
    """Read and switch on the APIs of a project."""

    calls: Calls

    async def enabled(self, project_id: str, service: str) -> bool:
        """Read whether a service is on."""
        found = await self.calls.grpc("ServiceUsage/GetService", {"name": _name(project_id, service)})
        return bool(found.state.name == "ENABLED")

    async def enable(self, project_id: str, service: str) -> None:
        """Switch a service on and wait until Google says it is; on already counts as done."""
        call = "ServiceUsage/EnableService"
        operation = await self.calls.grpc(call, {"name": _name(project_id, service)}, write=True)
        if not operation.done:
            read = partial(self.calls.operation_once, "ServiceUsage")
            await finished(call, operation.name, read, self.calls.patience)


def _name(project_id: str, service: str) -> str:
    return f"projects/{project_id}/services/{service}"
