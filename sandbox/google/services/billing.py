"""Cloud Billing v1: who pays for a project, and whether that account is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.cloud.billing_v1.types import BillingAccount, ListBillingAccountsResponse, ProjectBillingInfo

from sandbox.google import iam
from sandbox.google.denials import permission_denied
from sandbox.google.errors import failed_precondition, invalid_argument, precondition
from sandbox.google.names import page
from sandbox.google.services.held import held_by_caller

if TYPE_CHECKING:
    from sandbox.google.dispatch import Call
    from sandbox.google.state import BillingAccount as Account
    from sandbox.google.state import Project, World

LINK = "billing.resourceAssociations.create"
READ = "billing.accounts.get"
QUOTA = "https://support.google.com/code/contact/billing_quota_increase"


def billing_open(world: World, project: Project) -> bool:
    """Say whether an open account pays for the project."""
    account = world.billing_accounts.get(project.billing_account)
    return account is not None and account.open


class CloudBilling:
    """Serve google.cloud.billing.v1.CloudBilling."""

    SERVICE = "google.cloud.billing.v1.CloudBilling"

    def __init__(self, world: World) -> None:
        self._world = world

    def get_project_billing_info(self, call: Call, request: Any) -> Any:
        """Return the project's account; `billing_enabled` is False too when that account is closed."""
        return self._info(_project(call))

    def update_project_billing_info(self, call: Call, request: Any) -> Any:
        """Link another account, or none; needs a permission on the account as well as on the project."""
        project = _project(call)
        name = request.project_billing_info.billing_account_name
        if not name:
            project.billing_account = ""
            return self._info(project)
        account = self._account(name)
        if account is None or not iam.granted(
            LINK, call.principal, [account.policy], now=call.now, resource_name=name
        ):
            raise permission_denied(self.SERVICE, LINK, name)
        if not account.open:
            raise failed_precondition(f"Billing account {name} is closed and cannot be linked to a project.")
        others = [
            p
            for p in self._world.projects.values()
            if p.billing_account == account.account_id and p is not project
        ]
        if len(others) >= account.link_limit:
            raise failed_precondition(f"Cloud billing quota exceeded: {QUOTA}", precondition("QUOTA", name))
        project.billing_account = account.account_id
        return self._info(project)

    def get_billing_account(self, call: Call, request: Any) -> Any:
        """Return one account and whether it is open."""
        account = self._account(call.resource.name)
        if account is None:
            raise permission_denied(self.SERVICE, READ, call.resource.name)
        return _message(account)

    def list_billing_accounts(self, call: Call, request: Any) -> Any:
        """List the accounts the caller may see."""
        seen = [
            _message(account)
            for account in self._world.billing_accounts.values()
            if iam.granted(READ, call.principal, [account.policy], now=call.now, resource_name=account.name)
        ]
        chosen, token = page(seen, request.page_size, request.page_token, default=100, most=100)
        return ListBillingAccountsResponse(billing_accounts=chosen, next_page_token=token)

    def test_iam_permissions(self, call: Call, request: Any) -> Any:
        """Answer which of the asked permissions the caller holds on the account."""
        return held_by_caller(call, request)

    def _account(self, name: str) -> Account | None:
        return self._world.billing_accounts.get(name.removeprefix("billingAccounts/"))

    def _info(self, project: Project) -> Any:
        account = self._world.billing_accounts.get(project.billing_account)
        return ProjectBillingInfo(
            name=f"projects/{project.project_id}/billingInfo",
            project_id=project.project_id,
            billing_account_name=account.name if account else "",
            billing_enabled=billing_open(self._world, project),
        )


def _project(call: Call) -> Project:
    if call.resource.project is None:
        raise invalid_argument("The name must be projects/PROJECT.", "name")
    return call.resource.project


def _message(account: Account) -> Any:
    return BillingAccount(name=account.name, open_=account.open, display_name=account.display_name)
