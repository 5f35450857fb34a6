"""The organization does not forbid the Gemini API outright."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain import names
from bot.errors import GoogleError
from bot.provisioning.step import Blocked

if TYPE_CHECKING:
    from bot.provisioning.step import Journal

RESTRICT_SERVICES = "gcp.restrictServiceUsage"


@dataclass(frozen=True, slots=True)
class ListPolicy:
    """The effective rule of a list constraint; `allowed` None means that no allow list is set."""

    allowed: frozenset[str] | None
    denied: frozenset[str]
    deny_all: bool = False

    def forbids(self, value: str) -> bool:
        """Whether this value is not allowed."""
        return (
            self.deny_all or value in self.denied or (self.allowed is not None and value not in self.allowed)
        )


class OrgPolicies(Protocol):
    """Organization Policy, as far as this step goes."""

    async def list_policy(self, project_id: str, constraint: str) -> ListPolicy:
        """Read the effective policy of a list constraint on a project."""


@dataclass(frozen=True, slots=True)
class CheckOrgPolicy:
    """Stop when the organization forbids the API in this project.

    The constraint on service account key bindings is *not* predicted here: Google lifts it
    by itself for keys restricted to the Gemini API, and only minting shows whether it did.
    """

    policies: OrgPolicies
    name: str = "check-org-policy"
    needs: tuple[str, ...] = ()

    async def do(self, journal: Journal) -> None:
        """Read the one constraint whose answer is certain; what cannot be read is no evidence."""
        project_id, service = journal.request.project_id, names.service(journal.request)
        try:
            policy = await self.policies.list_policy(project_id, RESTRICT_SERVICES)
        except GoogleError as error:
            if error.permanent:
                return
            raise
        if policy.forbids(service):
            raise Blocked(
                "org-restrict-service-usage",
                "Organization policy {constraint} does not allow {service} in {project}.",
                constraint=f"constraints/{RESTRICT_SERVICES}",
                service=service,
                project=project_id,
            )

    async def undo(self, journal: Journal) -> None:
        """Reading left nothing behind."""
