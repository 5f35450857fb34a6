"""Run long-running operations: named per service, done after a delay, failing or endless on demand."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from google.longrunning import operations_pb2
from google.protobuf import empty_pb2

from sandbox.google import iam
from sandbox.google.denials import permission_denied
from sandbox.google.errors import Refusal, error_info, not_found
from sandbox.google.state import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.google.dispatch import Call
    from sandbox.google.state import Project, World

API_KEYS = "akmf.p7"
SERVICE_USAGE = "acf.p2"
RESOURCE_MANAGER = "cp"
PERMISSION = "serviceusage.operations.get"


class Operations:
    """Serve google.longrunning.Operations for every API of this cloud."""

    SERVICE = "google.longrunning.Operations"

    def __init__(self, world: World) -> None:
        self._world = world

    def start(
        self, call: Call, prefix: str, project: Project, effect: Callable[[], Any], metadata: Any = None
    ) -> Any:
        """Apply the effect now and let its result show when the operation is done.

        A planned `operation` fault keeps the effect from happening at all.
        """
        fault = call.fault.operation if call.fault else ""
        name = f"operations/{prefix}-{project.number}-{uuid.uuid4()}"
        done_at = None if fault == "never" else self._world.clock() + self._world.delays.operation
        record = Operation(name, project, done_at, metadata if metadata is not None else empty_pb2.Empty())
        if fault == "fail":
            planned = call.fault.refusal() if call.fault else None
            refusal = planned or Refusal("INTERNAL", "Internal error encountered.", error_info("INTERNAL"))
            record.error = refusal.status()
        elif fault != "never":
            record.response = effect()
        self._world.operations[name] = record
        return self._message(record)

    def get_operation(self, call: Call, request: Any) -> Any:
        """Answer a poll."""
        record = self._world.operations.get(request.name)
        if record is None:
            raise not_found(f"Operation {request.name} not found.")
        self._authorize(call, record)
        return self._message(record)

    def _authorize(self, call: Call, record: Operation) -> None:
        """Ask for the polling permission where the roles have one; Resource Manager's need none."""
        project = record.project
        if project is None or record.name.startswith(f"operations/{RESOURCE_MANAGER}-"):
            return
        if not iam.granted(
            PERMISSION, call.principal, [project.policy], now=call.now, resource_name=project.name
        ):
            raise permission_denied("google.api.serviceusage.v1.ServiceUsage", PERMISSION, record.name)

    def _message(self, record: Operation) -> Any:
        answer = operations_pb2.Operation(name=record.name)
        answer.metadata.Pack(raw(record.metadata))
        if record.done_at is None or record.done_at > self._world.clock():
            return answer
        answer.done = True
        if record.error is not None:
            answer.error.CopyFrom(record.error)
        else:
            answer.response.Pack(raw(record.response))
        return answer


def raw(message: Any) -> Any:
    """Return the protobuf message behind a proto-plus one, or the message itself."""
    return type(message).pb(message) if hasattr(type(message), "pb") else message
