"""Found the company: its people, billing accounts, and projects in different trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.cloud.orgpolicy_v2.types import Policy
from google.cloud.resourcemanager_v3.types import Project as ProjectMessage
from google.iam.v1 import policy_pb2

from sandbox.google.names import new_etag
from sandbox.google.principals import service_account, user
from sandbox.google.roles import BOT, BOT_SECRETS, OWNER
from sandbox.google.services.catalogue import GEMINI
from sandbox.google.services.constraints import BLOCK_KEY_BINDINGS
from sandbox.google.services.iam_admin import account_email, new_account
from sandbox.google.state import BillingAccount, Project, World
from sandbox.google.tables import APIS
from sandbox.people import PEOPLE, RADIA

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.google.clock import Delays

ORGANIZATION = "organizations/100000000000"
FOLDER = "folders/200000000000"
OPEN_ACCOUNT = BillingAccount("0A0A0A-0B0B0B-0C0C0C", "Acme")
CLOSED_ACCOUNT = BillingAccount("0D0D0D-0E0E0E-0F0F0F", "Acme (closed in 2025)")
BOT_PROJECT = "acme-bot"
BOT_ACCOUNT_ID = "gemini-key-bot"
BOT_EMAIL = account_email(BOT_ACCOUNT_ID, BOT_PROJECT)
CONTROL_PLANE = tuple(dict.fromkeys(api.host for api in APIS))


def found(clock: Callable[[], datetime], delays: Delays) -> World:
    """Build the company's cloud as it is before anyone used the bot."""
    world = World(clock=clock, delays=delays, people=frozenset(person.email for person in PEOPLE))
    for account, is_open in ((OPEN_ACCOUNT, True), (CLOSED_ACCOUNT, False)):
        policy = _policy(("roles/billing.admin", user(RADIA.email).member))
        world.billing_accounts[account.account_id] = BillingAccount(
            account.account_id, account.display_name, open=is_open, policy=policy
        )
    world.billing_accounts[OPEN_ACCOUNT.account_id].policy.bindings.add(
        role="roles/billing.user", members=[service_account(BOT_EMAIL).member]
    )
    world.folders[FOLDER] = _policy(
        ("roles/resourcemanager.projectCreator", service_account(BOT_EMAIL).member)
    )
    _add(world, "acme-ml-dev", 100000000001, "ML development")
    _add(world, "acme-ml-prod", 100000000002, "ML production", labels={"env": "prod"})
    _add(world, "acme-vision", 100000000003, "Vision", gemini=False)
    _add(world, "acme-legacy", 100000000004, "Legacy", billing=CLOSED_ACCOUNT)
    locked = _add(world, "acme-locked", 100000000005, "Locked down")
    set_binding_policy(locked, enforce=True, allowed_services=["aiplatform.googleapis.com"])
    _add(world, "acme-stranger", 100000000006, "Nobody told the bot", bot_role="")
    home = _add(world, BOT_PROJECT, 100000000009, "Gemini key bot", gemini=False, bot_role="")
    new_account(home, BOT_ACCOUNT_ID, clock(), display_name="Gemini key bot")
    return world


def set_binding_policy(project: Project, *, enforce: bool, allowed_services: list[str] | None) -> None:
    """Give a project its own rule on binding keys to service accounts."""
    rule: dict[str, Any] = {"enforce": enforce}
    if allowed_services is not None:
        rule["parameters"] = {"allowedServices": allowed_services}
    name = f"{project.name}/policies/{BLOCK_KEY_BINDINGS}"
    project.org_policies[BLOCK_KEY_BINDINGS] = Policy(name=name, spec={"rules": [rule], "etag": new_etag()})


def set_bot_roles(project: Project, roles: list[str]) -> None:
    """Give the bot exactly these roles on a project; with its own comes the one for its own secrets."""
    bot = service_account(BOT_EMAIL).member
    kept = [b for b in project.policy.bindings if bot not in b.members]
    bindings = [(b.role, member) for b in kept for member in b.members]
    project.policy = _policy(*bindings, *((role, bot) for role in roles))
    if BOT in roles:
        only = f"resource.name.startsWith('{project.name}/secrets/gemini-key-')"
        _add_conditional(project, BOT_SECRETS, "gemini-key-* only", only)


def let_bot_grant(project: Project, *roles: str) -> None:
    """Let the bot give and take these roles and no others on a project (Google: modifiedGrantsByRole)."""
    listed = ", ".join(f"'{role}'" for role in roles)
    only = f"api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([{listed}])"
    _add_conditional(project, "roles/resourcemanager.projectIamAdmin", "these roles only", only)


def _add(
    world: World,
    project_id: str,
    number: int,
    display_name: str,
    *,
    labels: dict[str, str] | None = None,
    gemini: bool = True,
    billing: BillingAccount = OPEN_ACCOUNT,
    bot_role: str = BOT,
) -> Project:
    now = world.clock()
    message = ProjectMessage(
        name=f"projects/{number}",
        parent=ORGANIZATION,
        project_id=project_id,
        display_name=display_name,
        state=ProjectMessage.State.ACTIVE,
        labels=labels or {},
        create_time=now,
        update_time=now,
        etag=new_etag(),
    )
    services = dict.fromkeys((*CONTROL_PLANE, *((GEMINI,) if gemini else ())), now)
    policy = _policy((OWNER, user(RADIA.email).member))
    project = Project(project_id, number, message, policy, billing.account_id, services)
    if bot_role:
        set_bot_roles(project, [bot_role])
    world.projects[project_id] = project
    return project


def _add_conditional(project: Project, role: str, title: str, expression: str) -> None:
    project.policy.bindings.add(
        role=role,
        members=[service_account(BOT_EMAIL).member],
        condition={"title": title, "expression": expression},
    )
    project.policy.version = 3


def _policy(*bindings: tuple[str, str]) -> Any:
    policy = policy_pb2.Policy(version=1, etag=new_etag().encode())
    for role, member in bindings:
        policy.bindings.add(role=role, members=[member])
    return policy
