"""Resource Manager v3: find projects, test and change who may do what in them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from google.cloud.resourcemanager_v3.types import Project as ProjectMessage
from google.cloud.resourcemanager_v3.types import SearchProjectsResponse
from google.iam.v1 import policy_pb2

from sandbox.google import iam
from sandbox.google.denials import permission_denied
from sandbox.google.errors import already_exists, failed_precondition, invalid_argument
from sandbox.google.names import new_etag, page
from sandbox.google.operations import RESOURCE_MANAGER, Operations
from sandbox.google.roles import OWNER
from sandbox.google.services.held import held_by_caller
from sandbox.google.state import Project

if TYPE_CHECKING:
    from sandbox.google.dispatch import Call
    from sandbox.google.state import World

_PROJECT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
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

    def create_project(self, call: Call, request: Any) -> Any:
        """Create a project in a folder; its creator owns it, and nothing is switched on in it."""
        asked = request.project
        _check_new(asked)
        if self._world.project(asked.project_id) is not None:
            raise already_exists("Requested entity already exists")
        number = max((project.number for project in self._world.projects.values()), default=0) + 1
        message = ProjectMessage(
            name=f"projects/{number}",
            parent=asked.parent,
            project_id=asked.project_id,
            display_name=asked.display_name,
            labels=asked.labels,
            state=ProjectMessage.State.ACTIVE,
            create_time=call.now,
            update_time=call.now,
            etag=new_etag(),
        )
        policy = policy_pb2.Policy(version=1, etag=new_etag().encode())
        policy.bindings.add(role=OWNER, members=[call.principal.member])
        project = Project(asked.project_id, number, message, policy)

        def create() -> Any:
            self._world.projects[project.project_id] = project
            return ProjectMessage(message)

        return self._operations.start(call, RESOURCE_MANAGER, project, create)

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
        return held_by_caller(call, request)

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


class Folders:
    """Serve google.cloud.resourcemanager.v3.Folders."""

    SERVICE = "google.cloud.resourcemanager.v3.Folders"

    def test_iam_permissions(self, call: Call, request: Any) -> Any:
        """Answer which of the asked permissions the caller holds on the folder."""
        return held_by_caller(call, request)


def _check_new(asked: Any) -> None:
    """Google: 6 to 30 lower case letters, digits and hyphens; labels are lower case, too."""
    if not _PROJECT_ID.fullmatch(asked.project_id):
        raise invalid_argument("The project ID is not valid.", "project.project_id")
    if not all(_LABEL.fullmatch(text) for pair in asked.labels.items() for text in pair):
        raise invalid_argument("A label is not valid.", "project.labels")


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
