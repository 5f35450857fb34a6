"""Take one call from any door through the same checks: fault, credential, quota, permission, logic."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.google import iam, resources
from sandbox.google.denials import permission_denied
from sandbox.google.errors import Refusal, error_info, service_disabled
from sandbox.google.permissions import NEEDS
from sandbox.google.tables import api_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.google.authn import Authenticator
    from sandbox.google.calls import CallLog
    from sandbox.google.faults import Fault, FaultPlan
    from sandbox.google.principals import Principal
    from sandbox.google.quotas import Meter
    from sandbox.google.reflect import Rpc
    from sandbox.google.resources import Resource
    from sandbox.google.state import World

OPERATIONS = "google.longrunning.Operations"
DELETED_STAY_VISIBLE_TO = frozenset({"cloudresourcemanager.googleapis.com", "cloudbilling.googleapis.com"})


@dataclass(frozen=True, slots=True)
class Call:
    """What a method may know of its call; `beside` holds JSON fields that the protos lack."""

    rpc: Rpc
    principal: Principal
    resource: Resource
    now: datetime
    beside: Mapping[str, Any]
    fault: Fault | None


@dataclass(slots=True)
class Arrival:
    """One call as a door hands it in; `principal` is set only where the console page acts for a person."""

    rpc: Rpc
    request: Any
    door: str
    headers: Mapping[str, str]
    beside: Mapping[str, Any] = field(default_factory=dict)
    principal: Principal | None = None


class Dispatcher:
    """Own the table of methods and the order of checks."""

    def __init__(
        self,
        world: World,
        authenticator: Authenticator,
        meter: Meter,
        plan: FaultPlan,
        log: CallLog,
        services: list[Any],
    ) -> None:
        self._world = world
        self._authenticator = authenticator
        self._meter = meter
        self._plan = plan
        self._log = log
        self._services = {service.SERVICE: service for service in services}

    def serves(self, rpc: Rpc) -> bool:
        """Say whether the method has logic behind it; the rest of its API is UNIMPLEMENTED."""
        return hasattr(self._services.get(rpc.service), rpc.attribute)

    async def call(self, arrival: Arrival) -> Any:
        """Answer one call, or raise Refusal; either way it is in the log afterwards."""
        began, code = time.perf_counter(), "OK"
        resource = resources.find(self._world, resources.name_in(arrival.request))
        try:
            return await self._answer(arrival, resource)
        except Refusal as refusal:
            code = refusal.code
            raise
        except BaseException:
            code = "CANCELLED"
            raise
        finally:
            self._log.add(
                self._world.clock(),
                door=arrival.door,
                method=arrival.rpc.path.strip("/"),
                principal=arrival.principal.member if arrival.principal else "",
                project=resource.project.project_id if resource.project else "",
                code=code,
                ms=(time.perf_counter() - began) * 1000,
                reason=arrival.headers.get("x-goog-request-reason", ""),
            )

    async def _answer(self, arrival: Arrival, resource: Resource) -> Any:
        fault = self._plan.take(arrival.rpc.short)
        if fault:
            await self._plan.before(fault)
        if arrival.principal is None:
            arrival.principal = self._authenticator.principal(arrival.headers, arrival.rpc.service)
            self._check_consumer(arrival, arrival.principal)
        resource = resources.find(self._world, resource.asked)
        call = Call(arrival.rpc, arrival.principal, resource, self._world.clock(), arrival.beside, fault)
        self._check_permission(call)
        logic = getattr(self._services[arrival.rpc.service], arrival.rpc.attribute)
        answer = logic(call, arrival.request)
        if fault:
            await self._plan.after(fault)
        return answer

    def _check_consumer(self, arrival: Arrival, principal: Principal) -> None:
        """Count the call in the project whose quota it uses, the caller's by default; the API must be on."""
        if arrival.rpc.service == OPERATIONS:
            return
        api = api_of(arrival.rpc.service)
        named = arrival.headers.get("x-goog-user-project", "")
        home = self._world.service_account(principal.email)
        project = self._world.project(named) if named else home[0] if home else None
        if named and (project is None or not self._may_use(project.policy, principal)):
            raise _user_project_denied(named, api.host)
        if project is None:
            return
        if api.host not in project.services:
            raise service_disabled(api.host, api.title, project.number)
        self._meter.count(arrival.rpc, project.number)

    def _may_use(self, policy: Any, principal: Principal) -> bool:
        use = "serviceusage.services.use"
        return iam.granted(use, principal, [policy], now=self._world.clock(), resource_name="")

    def _check_permission(self, call: Call) -> None:
        permission = NEEDS[call.rpc.short]
        if permission is None:
            return
        resource = call.resource
        if not resource.known or not iam.granted(
            permission, call.principal, resource.policies, now=call.now, resource_name=resource.name
        ):
            raise permission_denied(call.rpc.service, permission, resource.asked)
        host = api_of(call.rpc.service).host
        if (
            resource.project is not None
            and not resource.project.active
            and host not in DELETED_STAY_VISIBLE_TO
        ):
            raise project_deleted(resource.project.number, host)


def project_deleted(number: int, host: str) -> Refusal:
    """Refuse because the project waits for its deletion."""
    info = error_info("CONSUMER_INVALID", consumer=f"projects/{number}", service=host)
    return Refusal("PERMISSION_DENIED", f"Project #{number} has been deleted.", info)


def _user_project_denied(project_id: str, host: str) -> Refusal:
    message = (
        f"Caller does not have required permission to use project {project_id}. Grant the caller the "
        "roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use "
        "permission. Propagation of the new permission may take a few minutes."
    )
    info = error_info("USER_PROJECT_DENIED", consumer=f"projects/{project_id}", service=host)
    return Refusal("PERMISSION_DENIED", message, info)
