"""Service Usage v1: which APIs are on in a project, and switching them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.cloud.service_usage_v1.types import (
    BatchEnableServicesResponse,
    BatchGetServicesResponse,
    DisableServiceResponse,
    EnableServiceResponse,
    ListServicesResponse,
    OperationMetadata,
    Service,
    ServiceConfig,
    State,
)

from sandbox.google.errors import Refusal, error_info, failed_precondition, invalid_argument, precondition
from sandbox.google.names import page
from sandbox.google.operations import SERVICE_USAGE, Operations
from sandbox.google.services.billing import billing_open
from sandbox.google.services.catalogue import NEED_BILLING, TITLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.google.dispatch import Call
    from sandbox.google.state import Project, World

MOST_ENABLED_AT_ONCE = 20
MOST_READ_AT_ONCE = 30
DOMAIN = "serviceusage.googleapis.com"


class ServiceUsage:
    """Serve google.api.serviceusage.v1.ServiceUsage for projects."""

    SERVICE = "google.api.serviceusage.v1.ServiceUsage"

    def __init__(self, world: World, operations: Operations) -> None:
        self._world = world
        self._operations = operations

    def get_service(self, call: Call, request: Any) -> Any:
        """Return one service's state in the project."""
        return _message(_project(call), _service_id(call))

    def batch_get_services(self, call: Call, request: Any) -> Any:
        """Return up to 30 services' states."""
        project = _project(call)
        if len(request.names) > MOST_READ_AT_ONCE:
            raise invalid_argument(f"At most {MOST_READ_AT_ONCE} services can be read at once.", "names")
        ids = [name.rpartition("/services/")[2] for name in request.names]
        _check_known(ids)
        return BatchGetServicesResponse(services=[_message(project, service) for service in ids])

    def list_services(self, call: Call, request: Any) -> Any:
        """List services, filtered by state:ENABLED or state:DISABLED."""
        project = _project(call)
        wanted = {"": "", "state:ENABLED": "ENABLED", "state:DISABLED": "DISABLED"}.get(request.filter)
        if wanted is None:
            raise invalid_argument(f"Filter {request.filter!r} is not supported.", "filter")
        services = [_message(project, service) for service in sorted(TITLES)]
        shown = [service for service in services if wanted in ("", service.state.name)]
        chosen, token = page(shown, request.page_size, request.page_token, default=50, most=200)
        return ListServicesResponse(services=chosen, next_page_token=token)

    def enable_service(self, call: Call, request: Any) -> Any:
        """Switch a service on; one that is on already stays so."""
        project, service = _project(call), _service_id(call)
        self._check_billing(project, [service])

        def enable() -> Any:
            self._enable(project, [service])
            return EnableServiceResponse(service=_message(project, service))

        return self._operations.start(call, SERVICE_USAGE, project, enable, _metadata(project, [service]))

    def batch_enable_services(self, call: Call, request: Any) -> Any:
        """Switch up to 20 services on, all or none."""
        project, ids = _project(call), list(request.service_ids)
        if not 0 < len(ids) <= MOST_ENABLED_AT_ONCE:
            raise invalid_argument(
                f"1 to {MOST_ENABLED_AT_ONCE} services can be enabled at once.", "service_ids"
            )
        _check_known(ids)
        self._check_billing(project, ids)

        def enable() -> Any:
            self._enable(project, ids)
            return BatchEnableServicesResponse(services=[_message(project, service) for service in ids])

        return self._operations.start(call, SERVICE_USAGE, project, enable, _metadata(project, ids))

    def disable_service(self, call: Call, request: Any) -> Any:
        """Switch a service off; one that is not on is a failed precondition."""
        project, service = _project(call), _service_id(call)
        if service not in project.services:
            raise failed_precondition(f"Service {service} is not enabled for {project.name}.")

        def disable() -> Any:
            project.services.pop(service, None)
            return DisableServiceResponse(service=_message(project, service))

        return self._operations.start(call, SERVICE_USAGE, project, disable, _metadata(project, [service]))

    def _enable(self, project: Project, ids: Sequence[str]) -> None:
        for service in ids:
            project.services.setdefault(service, self._world.clock() + self._world.delays.api)

    def _check_billing(self, project: Project, ids: Sequence[str]) -> None:
        paid = sorted(NEED_BILLING.intersection(ids) - project.services.keys())
        if not paid or billing_open(self._world, project):
            return
        found = bool(project.billing_account)
        reason = "UREQ_PROJECT_BILLING_NOT_OPEN" if found else "UREQ_PROJECT_BILLING_NOT_FOUND"
        raise failed_precondition(
            f"Billing account for project '{project.number}' is not {'open' if found else 'found'}. "
            f"Billing must be enabled for activation of service(s) '{','.join(paid)}' to proceed.",
            precondition("googleapis.com/billing-enabled", "390002" if found else "390001"),
            error_info(reason, f"{DOMAIN}/billing-enabled"),
        )


def _project(call: Call) -> Project:
    if call.resource.project is None:
        raise invalid_argument("Only projects are supported as consumers.", "parent")
    return call.resource.project


def _service_id(call: Call) -> str:
    service = call.resource.name.rpartition("/services/")[2]
    _check_known([service])
    return service


def _check_known(ids: Sequence[str]) -> None:
    unknown = [service for service in ids if service not in TITLES]
    if unknown:
        raise Refusal(
            "PERMISSION_DENIED",
            f"Not found or permission denied for service(s): {','.join(unknown)}.",
            precondition("googleapis.com", "220002"),
            error_info("SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED", DOMAIN, services=",".join(unknown)),
        )


def _message(project: Project, service: str) -> Any:
    return Service(
        name=f"{project.name}/services/{service}",
        parent=project.name,
        config=ServiceConfig(name=service, title=TITLES[service]),
        state=State.ENABLED if service in project.services else State.DISABLED,
    )


def _metadata(project: Project, ids: Sequence[str]) -> Any:
    return OperationMetadata(resource_names=[f"{project.name}/services/{service}" for service in ids])
