"""Resource Manager v3: find projects, test and change who may do what in them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from google.cloud.resourcemanager_v3.types import Project as ProjectMessage
from google.cloud.resourcemanager_v3.types import SearchProjectsResponse
from google.iam.v1 import iam_policy_pb2

from sandbox.google import iam
from sandbox.google.denials import permission_denied
from sandbox.google.errors import failed_precondition, invalid_argument
from sandbox.google.names import new_etag, page
from sandbox.google.operations import RESOURCE_MANAGER, Operations

if TYPE_CHECKING:
    from sandbox.google.dispatch import Call
    from sandbox.google.state import Project, World

GET, SET = "resourcemanager.projects.get", "resourcemanager.projects.setIamPolicy"


class Projects:
    """Serve google.cloud.resourcemanager.v3.Projects."""

    SERVICE = "google.cloud.resourcemanager.v3.Projects"

    def __init__(self, world: World, operations: Operations) -> None:
        self._world = world
        self._operations = operations

    def get_project(self, call: Call, request: Any) -> Any:
        """Return one project, also while it waits for deletion."""
        return ProjectMessage(_project(call).message)

    def search_projects(self, call: Call, request: Any) -> Any:
        """List the projects the caller may get; query terms: id:, projectId:, name:, state:, labels.KEY:."""
        terms = [_term(text) for text in request.query.split() if text.upper() != "AND"]
        seen = [
            project.message
            for project in sorted(self._world.projects.values(), key=lambda p: p.number)
            if iam.granted(GET, call.principal, [project.policy], now=call.now, resource_name=project.name)
            and all(_matches(project.message, name, value) for name, value in terms)
        ]
        chosen, token = page(seen, request.page_size, request.page_token, default=100, most=500)
        return SearchProjectsResponse(projects=chosen, next_page_token=token)

    def test_iam_permissions(self, call: Call, request: Any) -> Any:
        """Answer which of the asked permissions the caller holds on the project."""
        if call.resource.project is None:
            raise permission_denied(self.SERVICE, GET, call.resource.asked)
        name = call.resource.name
        asked = list(request.permissions)
        held = iam.held(asked, call.principal, call.resource.policies, now=call.now, resource_name=name)
        return iam_policy_pb2.TestIamPermissionsResponse(permissions=held)

    def get_iam_policy(self, call: Call, request: Any) -> Any:
        """Return the project's policy at the requested version."""
        return iam.read_policy(_project(call).policy, request.options.requested_policy_version)

    def set_iam_policy(self, call: Call, request: Any) -> Any:
        """Replace the project's policy; a condition may say which roles the caller may give and take."""
        project = _project(call)
        modified = iam.modified_roles(project.policy, request.policy)
        policies, name = call.resource.policies, call.resource.name
        if not iam.granted(
            SET, call.principal, policies, now=call.now, resource_name=name, modified=modified
        ):
            raise permission_denied(self.SERVICE, SET, call.resource.asked)
        project.policy = iam.write_policy(self._world, project.policy, request.policy)
        return iam.read_policy(project.policy, iam.CONDITIONS_VERSION)

    def undelete_project(self, call: Call, request: Any) -> Any:
        """Take a project back from deletion, within 30 days."""
        project = _project(call)
        if project.active:
            raise failed_precondition(f"Project {project.name} is not in DELETE_REQUESTED state.")

        def restore() -> Any:
            set_deleted(project, None)
            return ProjectMessage(project.message)

        return self._operations.start(call, RESOURCE_MANAGER, project, restore)


def set_deleted(project: Project, at: Any) -> None:
    """Move a project to DELETE_REQUESTED at a time, or back to ACTIVE with None."""
    state = ProjectMessage.State.ACTIVE if at is None else ProjectMessage.State.DELETE_REQUESTED
    project.message.state = state
    project.message.delete_time = at
    project.message.etag = new_etag()


def _project(call: Call) -> Project:
    if call.resource.project is None:
        raise invalid_argument("The name must be projects/PROJECT.", "name")
    return call.resource.project


def _term(text: str) -> tuple[str, str]:
    for sign in (":", "="):
        name, found, value = text.partition(sign)
        if found:
            return name, value.strip('"')
    raise invalid_argument(f"Query term {text!r} is not understood.", "query")


def _matches(message: Any, name: str, value: str) -> bool:
    if name.startswith("labels."):
        label: str | None = message.labels.get(name.removeprefix("labels."))
        return label is not None and fnmatchcase(label, value)
    facts: dict[str, str] = {
        "id": message.project_id,
        "projectId": message.project_id,
        "name": message.display_name,
        "displayName": message.display_name,
        "state": message.state.name,
    }
    if name not in facts:
        raise invalid_argument(f"Query field {name!r} is not understood.", "query")
    return fnmatchcase(facts[name].casefold(), value.casefold())
