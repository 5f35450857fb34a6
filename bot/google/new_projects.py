"""Resource Manager v3, as far as projects are made: in a folder, and left with the bot's own roles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.domain import names, rights
from bot.errors import GoogleError
from bot.google import iam_policies
from bot.google.operations import finished, settled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.google.calls import Calls
    from bot.google.projects import Projects

CREATE = "Projects/CreateProject"
GET, SET = "Projects/GetIamPolicy", "Projects/SetIamPolicy"
OWNER = "roles/owner"
OWN_SECRETS = "gemini-key-* only"
ON_PROJECT = tuple(right for right in rights.NEEDED if right not in rights.OF_SECRETS)


@dataclass(frozen=True, slots=True)
class NewProjects:
    """Make projects. Google: who creates one is its owner."""

    calls: Calls
    projects: Projects

    async def create(self, project_id: str, folder: str, labels: Mapping[str, str]) -> str:
        """Begin to create a project (`folders/…`); returns the operation's name."""
        project = {
            "project_id": project_id,
            "parent": folder,
            "display_name": project_id,
            "labels": dict(labels),
        }
        operation = await self.calls.grpc(CREATE, {"project": project}, write=True)
        return str(operation.name)

    async def wait(self, operation: str) -> None:
        """Wait until a project is created; raises what Google says when it is not."""
        read = partial(self.calls.operation_once, "Projects")
        await finished(CREATE, operation, read, self.calls.patience, at_once=True)

    async def labels(self, project_id: str, folder: str) -> Mapping[str, str]:
        """Read the labels of a project of that folder; none where it is not there, or may not be seen."""
        try:
            found = await self.calls.grpc("Projects/GetProject", {"name": f"projects/{project_id}"})
        except GoogleError as error:
            if error.status not in {"NOT_FOUND", "PERMISSION_DENIED"}:
                raise
            return {}
        return dict(found.labels) if found.parent == folder else {}

    async def hand_over(self, project_id: str, role: str, secrets_role: str) -> None:
        """Give the owner's role up for these two, and wait until Google counts them.

        Afterwards the bot may not read the policy any more, so what it holds says whether that is done.
        """
        if rights.GRANTING in await self.projects.permissions(project_id, (rights.GRANTING,)):
            number = (await self.projects.get(project_id)).number
            member = f"serviceAccount:{(await self.calls.clients.wire()).identity().email}"
            change = partial(_left_with, member=member, role=role, secrets_role=secrets_role, number=number)
            await iam_policies.edit(self.calls, GET, SET, f"projects/{project_id}", change)
        patience = self.calls.patience
        await settled(lambda: self._check_held(project_id), _spreads, patience.propagation, patience)

    async def _check_held(self, project_id: str) -> None:
        held = await self.projects.permissions(project_id, (*ON_PROJECT, rights.GRANTING))
        missing = [right for right in ON_PROJECT if right not in held]
        if missing or rights.GRANTING in held:
            said = f"lacks {', '.join(missing)}" if missing else f"still holds {rights.GRANTING}"
            raise GoogleError("FAILED_PRECONDITION", f"The bot {said}.", call="Projects/TestIamPermissions")


def _left_with(policy: Any, *, member: str, role: str, secrets_role: str, number: str) -> bool:
    """Take the bot out of the owners and add its own two, the second for its own secrets alone."""
    for binding in policy.bindings:
        if binding.role == OWNER and member in binding.members:
            binding.members.remove(member)
    kept = [binding for binding in policy.bindings if binding.members]
    del policy.bindings[:]
    policy.bindings.extend(kept)
    only = f'resource.name.startsWith("projects/{number}/secrets/{names.SECRET_PREFIX}")'
    policy.bindings.add(role=role, members=[member])
    condition = {"title": OWN_SECRETS, "expression": only}
    policy.bindings.add(role=secrets_role, members=[member], condition=condition)
    return True


def _spreads(error: GoogleError) -> bool:
    return error.status == "FAILED_PRECONDITION"
