"""IAM admin v1: service accounts and the policies on them.

Google: an account id has 6 to 30 characters; a new account is eventually visible; 100 accounts per project.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from google.cloud.iam_admin_v1.types import ListServiceAccountsResponse
from google.cloud.iam_admin_v1.types import ServiceAccount as AccountMessage
from google.protobuf import empty_pb2

from sandbox.google import iam
from sandbox.google.errors import (
    Refusal,
    already_exists,
    failed_precondition,
    invalid_argument,
    not_found,
    precondition,
)
from sandbox.google.names import page
from sandbox.google.services.constraints import BLOCK_ACCOUNTS, enforced
from sandbox.google.services.held import held_by_caller
from sandbox.google.state import ServiceAccount

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.google.dispatch import Call
    from sandbox.google.state import Project, World

_ACCOUNT_ID = re.compile(r"[a-z](?:[-a-z0-9]{4,28}[a-z0-9])")
MOST_ACCOUNTS = 100
LONGEST_DISPLAY_NAME = 100
LONGEST_DESCRIPTION = 256


class IamAdmin:
    """Serve google.iam.admin.v1.IAM for service accounts."""

    SERVICE = "google.iam.admin.v1.IAM"

    def __init__(self, world: World) -> None:
        self._world = world

    def create_service_account(self, call: Call, request: Any) -> Any:
        """Create an account; readers see it after a moment."""
        project = _project(call)
        _check_request(request)
        if enforced(project, BLOCK_ACCOUNTS):
            raise failed_precondition(
                "Service account creation is not allowed on this project.",
                precondition(f"constraints/{BLOCK_ACCOUNTS}", project.name),
            )
        _check_room(project, request.account_id)
        asked = request.service_account
        account = new_account(
            project,
            request.account_id,
            self._world.clock() + self._world.delays.service_account,
            display_name=asked.display_name,
            description=asked.description,
        )
        return AccountMessage(account.message)

    def get_service_account(self, call: Call, request: Any) -> Any:
        """Return one account."""
        return AccountMessage(self._find(call).message)

    def list_service_accounts(self, call: Call, request: Any) -> Any:
        """List a project's accounts."""
        accounts = sorted(_project(call).service_accounts.values(), key=lambda a: a.message.email)
        seen = [account.message for account in accounts if account.visible_at <= call.now]
        chosen, token = page(seen, request.page_size, request.page_token, default=20, most=100)
        return ListServiceAccountsResponse(accounts=chosen, next_page_token=token)

    def enable_service_account(self, call: Call, request: Any) -> Any:
        """Let the account and the keys bound to it work again."""
        self._find(call).message.disabled = False
        return empty_pb2.Empty()

    def disable_service_account(self, call: Call, request: Any) -> Any:
        """Stop the account and the keys bound to it."""
        self._find(call).message.disabled = True
        return empty_pb2.Empty()

    def delete_service_account(self, call: Call, request: Any) -> Any:
        """Delete the account; a new one of the same name is another identity."""
        account = self._find(call)
        del _project(call).service_accounts[account.message.email]
        return empty_pb2.Empty()

    def get_iam_policy(self, call: Call, request: Any) -> Any:
        """Return the policy on the account."""
        return iam.read_policy(self._find(call).policy, request.options.requested_policy_version)

    def set_iam_policy(self, call: Call, request: Any) -> Any:
        """Replace the policy on the account."""
        account = self._find(call)
        account.policy = iam.write_policy(self._world, account.policy, request.policy)
        return iam.read_policy(account.policy, iam.CONDITIONS_VERSION)

    def test_iam_permissions(self, call: Call, request: Any) -> Any:
        """Answer which of the asked permissions the caller holds on the account."""
        return held_by_caller(call, request)

    def _find(self, call: Call) -> ServiceAccount:
        asked = call.resource.name.rpartition("/serviceAccounts/")[2]
        for account in _project(call).service_accounts.values():
            if asked in (account.message.email, account.message.unique_id) and account.visible_at <= call.now:
                return account
        raise not_found(f"Unknown service account {asked}")


def _check_request(request: Any) -> None:
    asked = request.service_account
    if not _ACCOUNT_ID.fullmatch(request.account_id):
        raise invalid_argument(
            f"Invalid service account ID {request.account_id!r}: 6 to 30 characters matching "
            "[a-z]([-a-z0-9]*[a-z0-9]).",
            "account_id",
        )
    if len(asked.display_name.encode()) > LONGEST_DISPLAY_NAME:
        raise invalid_argument("The display name must not exceed 100 bytes.", "service_account.display_name")
    if len(asked.description.encode()) > LONGEST_DESCRIPTION:
        raise invalid_argument("The description must not exceed 256 bytes.", "service_account.description")


def _check_room(project: Project, account_id: str) -> None:
    if account_email(account_id, project.project_id) in project.service_accounts:
        raise already_exists(
            f"Service account {account_id} already exists within project projects/{project.project_id}."
        )
    if len(project.service_accounts) >= MOST_ACCOUNTS:
        raise Refusal("RESOURCE_EXHAUSTED", "The limit on the number of service accounts has been reached.")


def account_email(account_id: str, project_id: str) -> str:
    """Return the address of an account."""
    return f"{account_id}@{project_id}.iam.gserviceaccount.com"


def new_account(
    project: Project, account_id: str, visible_at: datetime, *, display_name: str = "", description: str = ""
) -> ServiceAccount:
    """Put a new account into a project."""
    email = account_email(account_id, project.project_id)
    message = AccountMessage(
        name=f"projects/{project.project_id}/serviceAccounts/{email}",
        project_id=project.project_id,
        unique_id=f"1{secrets.randbelow(10**20):020d}",
        email=email,
        display_name=display_name,
        description=description,
        etag=secrets.token_bytes(8),
    )
    account = ServiceAccount(message, visible_at)
    message.oauth2_client_id = message.unique_id
    project.service_accounts[email] = account
    return account


def _project(call: Call) -> Project:
    if call.resource.project is None:
        raise invalid_argument("The name must be projects/PROJECT.", "name")
    return call.resource.project
