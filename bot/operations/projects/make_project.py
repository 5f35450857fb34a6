"""The worker's side of a new project: each step reaches a state, and is written down when it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.domain import names, repair
from bot.domain.names import GEMINI, MANAGED_BY
from bot.errors import Conflict, GoogleError, OutOfTurn
from bot.operations.projects.new_project_rules import rules_of
from bot.operations.projects.trial import PAUSED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.domain.new_projects import NewProjects
    from bot.domain.policy import Policy
    from bot.domain.repair import Repair
    from bot.operations.projects.outfit import Accounts, Services
    from bot.operations.projects.trial import Trial
    from bot.provisioning.steps.check_billing import Billing

    Note = Callable[[str, Callable[[Repair], Repair]], Awaitable[Repair]]

SECRETS = "secretmanager.googleapis.com"
# How soon a trial that a pause has stopped is thought of again.
PAUSE = timedelta(minutes=1)


class NewProjectsGateway(Protocol):
    """Resource Manager, as far as new projects go."""

    async def create(self, project_id: str, folder: str, labels: Mapping[str, str]) -> str:
        """Begin to create a project; returns the operation's name."""

    async def wait(self, operation: str) -> None:
        """Wait until a project is created."""

    async def labels(self, project_id: str, folder: str) -> Mapping[str, str]:
        """Read the labels of a project of that folder; none where it is not there, or may not be seen."""

    async def hand_over(self, project_id: str, role: str, secrets_role: str) -> None:
        """Give the owner's role up for these two, and wait until Google counts them."""


class BillingAccounts(Protocol):
    """Cloud Billing, as far as new projects go."""

    async def of(self, project_id: str) -> Billing:
        """Read a project's billing account and whether billing works."""

    async def link(self, project_id: str, account: str) -> None:
        """Let a billing account pay for a project."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Make a project as its workspace's policy says; `known` has it listed once the bot owns it no more."""

    projects: NewProjectsGateway
    billing: BillingAccounts
    services: Services
    accounts: Accounts
    trial: Trial
    known: Callable[[str], Awaitable[None]]
    policy: Callable[[str], Policy]
    now: Callable[[], datetime]
    silence: timedelta

    async def make(self, asked: Repair, note: Note) -> Repair:
        """Do every step that is not done yet."""
        new = rules_of(self.policy(asked.team_id))
        steps: dict[str, Callable[[Repair], Awaitable[None]]] = {
            "create": partial(self._create, new, note),
            "billing": partial(self._pay, new),
            "apis": self._enable,
            "account": self._account,
            "rights": partial(self._hand_over, new),
            "list": self._list,
            "trial": partial(self._try, note),
        }
        at = asked
        while name := at.step:
            await steps[name](at)
            until = self.now() + self.silence
            at = await note(f"fix-{name}", partial(repair.tick, step=name, until=until))
        return at

    async def _create(self, new: NewProjects, note: Note, asked: Repair) -> None:
        project_id, operation = asked.offer.project_id, asked.operation
        if not operation:
            labels = {**new.labels, "environment": asked.offer.environment, MANAGED_BY: names.MARK}
            try:
                operation = await self.projects.create(project_id, new.folder, labels)
            except GoogleError as error:
                if error.status != "ALREADY_EXISTS":
                    raise
                await self._check_ours(project_id, new)
                return
            await note("fix-create-begun", partial(repair.begin, operation=operation))
        try:
            await self.projects.wait(operation)
        except GoogleError as error:
            if error.permanent or error.finished:  # asked again, it would give the same answer for ever
                await note("fix-create-refused", partial(repair.begin, operation=""))
            raise

    async def _check_ours(self, project_id: str, new: NewProjects) -> None:
        """An id is taken in all of Google Cloud: go on only with what the bot itself made in that folder."""
        labels = await self.projects.labels(project_id, new.folder)
        if labels.get(MANAGED_BY) != names.MARK:
            raise Conflict(
                "The id {project} is taken by somebody else. Choose another name.", project=project_id
            )

    async def _list(self, asked: Repair) -> None:
        await self.known(asked.offer.project_id)

    async def _pay(self, new: NewProjects, asked: Repair) -> None:
        project_id = asked.offer.project_id
        found = await self.billing.of(project_id)
        if not (found.enabled and found.account == new.billing_account):
            await self.billing.link(project_id, new.billing_account)

    async def _enable(self, asked: Repair) -> None:
        for service in (GEMINI, SECRETS):
            if not await self.services.enabled(asked.offer.project_id, service):
                await self.services.enable(asked.offer.project_id, service)

    async def _account(self, asked: Repair) -> None:
        account_id = names.account_id(asked.team_id)
        await self.accounts.ensure(asked.offer.project_id, account_id, names.ACCOUNT_TITLE)

    async def _hand_over(self, new: NewProjects, asked: Repair) -> None:
        await self.projects.hand_over(asked.offer.project_id, new.role, new.secrets_role)

    async def _try(self, note: Note, asked: Repair) -> None:
        """See with a key of its own that the roles that are left are enough."""
        project_id = asked.offer.project_id
        account = names.account_address(names.account_id(asked.team_id), project_id)
        said = await self.trial.run(project_id, account, f"{asked.team_id}/{asked.id}", asked.run)
        if said == PAUSED:
            raise OutOfTurn("a trial key", PAUSE)
        await note("fix-tried", partial(repair.tried, said=said))
