"""One project, part by part: is it there, who pays, what is on, what is forbidden, what is granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.catalogue import BY_ID
from bot.diagnosis.error import ApiError
from bot.diagnosis.naming import values_of
from bot.diagnosis.probes import BINDING_POLICY
from bot.doctor import troubles
from bot.doctor.facts import Account, switched_off, unseen
from bot.doctor.line import Area
from bot.domain import names, rights
from bot.domain.names import GEMINI
from bot.errors import GoogleError
from bot.languages.words import N_
from bot.provisioning.steps.check_org_policy import RESTRICT_SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.cause import Cause
    from bot.doctor.facts import ProjectFacts
    from bot.doctor.line import Line
    from bot.domain.policy import Policy

AREA = Area("google")
SECRETS = "secretmanager.googleapis.com"
CREATE_ACCOUNTS = "iam.disableServiceAccountCreation"
# Google: 300 keys a project, and the limit can't be raised.
MOST_KEYS, MANY_KEYS = 300, 270
ENABLE = "serviceusage.services.enable"

UNREAD = N_("It could not be read: {status}.")


def state(facts: ProjectFacts, bot: str) -> Iterator[Line]:
    """Look whether the project is there and alive."""
    project = facts.project
    if isinstance(project, GoogleError):
        yield from _unread(project, troubles.UNSEEN, facts, bot=bot, denied=True)
    elif project.state != "ACTIVE":
        cause = BY_ID["project-delete-requested"]
        yield AREA.problem(
            cause,
            N_("Resource Manager says it is {state}."),
            facts.project_id,
            state=project.state,
            **_named(facts),
        )
    else:
        yield AREA.fine(
            troubles.UNSEEN, N_("It is alive, number {number}."), facts.project_id, number=project.number
        )


def billing(facts: ProjectFacts, *, required: bool) -> Iterator[Line]:
    """Look who pays: needed where an environment of the policy asks for it, else worth knowing."""
    found, named = facts.billing, _named(facts)
    if isinstance(found, GoogleError):
        yield from _unread(found, BY_ID["billing-disabled"], facts)
    elif found.enabled:
        yield AREA.fine(
            troubles.FREE_TIER, N_("{account} pays."), facts.project_id, account=_bare(found.account)
        )
    elif found.account:
        mark = AREA.problem if required else AREA.warning
        said = {
            True: N_("Its account {account} is open, and yet Cloud Billing says that billing is off."),
            False: N_("It is linked to {account}, which is closed."),
        }[facts.account_open is True]
        yield mark(
            troubles.BILLING_CLOSED, said, facts.project_id, account=_bare(found.account), **_project(facts)
        )
    elif required:
        yield AREA.problem(
            BY_ID["billing-disabled"], N_("No billing account is linked."), facts.project_id, **named
        )
    else:
        yield AREA.warning(
            troubles.FREE_TIER, N_("No billing account is linked."), facts.project_id, **_project(facts)
        )


def apis(facts: ProjectFacts, *, at_once: bool = False) -> Iterator[Line]:
    """Look whether the APIs are on; the bot switches the Gemini API on with the first key, where it may.

    `at_once` asks for what is on now.
    """
    may_later = not at_once and not isinstance(facts.held, GoogleError) and ENABLE in facts.held
    for service, enabled in facts.services.items():
        values = {**_project(facts), "service": service}
        if isinstance(enabled, GoogleError):
            yield from _unread(enabled, troubles.API_OFF, facts, service=service)
        elif enabled:
            yield AREA.fine(troubles.API_OFF, N_("{service} is on."), facts.project_id, **values)
        elif service == GEMINI and may_later:
            said = N_("{service} is off; the bot switches it on with the first key.")
            yield AREA.fine(troubles.API_OFF, said, facts.project_id, **values)
        else:
            said = N_("Service Usage says that {service} is off.")
            yield AREA.problem(troubles.API_OFF, said, facts.project_id, **values)


def org_policy(facts: ProjectFacts) -> Iterator[Line]:
    """Look what the organization forbids; a rule that Google may lift by itself forbids nothing for sure."""
    values = _project(facts)
    policy = facts.services_policy
    if isinstance(policy, GoogleError):
        yield from _unread(policy, troubles.SERVICE_FORBIDDEN, facts, constraint=RESTRICT_SERVICES)
    else:
        for service in (GEMINI, SECRETS):
            named = {**values, "service": service, "constraint": RESTRICT_SERVICES}
            if policy.forbids(service):
                said = N_("{constraint} does not allow {service}.")
                yield AREA.problem(troubles.SERVICE_FORBIDDEN, said, facts.project_id, **named)
            else:
                said = N_("{constraint} allows {service}.")
                yield AREA.fine(troubles.SERVICE_FORBIDDEN, said, facts.project_id, **named)
    named = {**values, "service": GEMINI, "constraint": BINDING_POLICY}
    match facts.bindings_blocked:
        case GoogleError(status="UNKNOWN"):
            said = N_("{constraint} is enforced; Google lifts it by itself for keys of the Gemini API.")
            yield AREA.fine(troubles.BINDING_BLOCKED, said, facts.project_id, **named)
        case GoogleError() as refusal:
            yield from _unread(refusal, troubles.BINDING_BLOCKED, facts, constraint=BINDING_POLICY)
        case True:
            said = N_("{constraint} is enforced and lists services, and {service} is none of them.")
            yield AREA.problem(troubles.BINDING_BLOCKED, said, facts.project_id, **named)
        case _:
            said = N_("{constraint} does not stand in the way.")
            yield AREA.fine(troubles.BINDING_BLOCKED, said, facts.project_id, **named)


def account(facts: ProjectFacts, account_id: str = "") -> Iterator[Line]:
    """Look whether keys have, or may be given, a service account to be bound to."""
    values = {**_project(facts), "account_id": account_id}
    blocked = facts.accounts_blocked is True
    named = {**values, "constraint": CREATE_ACCOUNTS}
    there = facts.account in (Account.ENABLED, Account.DISABLED)
    if facts.account is Account.ENABLED:
        yield AREA.fine(troubles.ACCOUNT_MISSING, N_("It is there."), facts.project_id)
    elif facts.account is Account.DISABLED:
        address = names.account_address(account_id, facts.project_id)
        said = N_("IAM says that {account} is disabled.")
        yield AREA.problem(troubles.ACCOUNT_DISABLED, said, facts.project_id, **values, account=address)
    elif facts.account is Account.ABSENT and not blocked:
        said = N_("IAM knows of none.")
        yield AREA.problem(troubles.ACCOUNT_MISSING, said, facts.project_id, **values)
    elif isinstance(facts.account, GoogleError):
        yield from _unread(facts.account, troubles.ACCOUNT_MISSING, facts, account_id=account_id)
    if blocked and not there:
        said = N_("{constraint} is enforced.")
        yield AREA.problem(troubles.ACCOUNTS_BLOCKED, said, facts.project_id, **named)
    elif isinstance(facts.accounts_blocked, GoogleError) and facts.account is None:
        yield from _unread(
            facts.accounts_blocked, troubles.ACCOUNTS_BLOCKED, facts, constraint=CREATE_ACCOUNTS
        )
    elif facts.account is None:
        said = N_("{constraint} does not stand in the way.")
        yield AREA.fine(troubles.ACCOUNTS_BLOCKED, said, facts.project_id, **named)


def permissions(
    facts: ProjectFacts, bot: str, policy: Policy, *, to_be_tried: bool = False
) -> Iterator[Line]:
    """Look whether the bot holds what it needs for what the policy lets it do, and no more.

    `to_be_tried` says that what may hang on a condition is tried afterwards, on a secret of its own.
    """
    if isinstance(facts.held, GoogleError):
        yield from _unread(facts.held, troubles.UNSEEN, facts, bot=bot)
        return
    if isinstance(facts.project, GoogleError) and unseen(facts.project):
        return
    values = {**_project(facts), "bot": bot}
    yield from _needed(facts, facts.held, values, policy, to_be_tried=to_be_tried)
    for permission, lost in rights.WISHED.items():
        if permission not in facts.held:
            yield AREA.warning(
                troubles.RIGHT_WISHED, lost, facts.project_id, **values, permissions=permission
            )
    meant = {rights.GRANTING} if policy.kinds.vertex or policy.roles.grant else set()
    wide = [right for right in rights.TOO_WIDE if right in facts.held and right not in meant]
    if wide:
        said = N_("It holds {permissions}.")
        listed = {**values, "permissions": ",".join(wide)}
        yield AREA.warning(troubles.TOO_WIDE, said, facts.project_id, **listed)


def _needed(
    facts: ProjectFacts, held: frozenset[str], values: dict[str, str], policy: Policy, *, to_be_tried: bool
) -> Iterator[Line]:
    """Tell what is missing from what may be missing: a condition on secrets shows only where there is one."""
    needed = (*rights.NEEDED, *((rights.LINKING,) if policy.fixes.billing_account else ()))
    on_secret = facts.held_on_secret if isinstance(facts.held_on_secret, frozenset) else frozenset()
    lacking = [permission for permission in needed if permission not in held | on_secret]
    unsure = [permission for permission in lacking if not on_secret and permission in rights.OF_SECRETS]
    missing = [permission for permission in lacking if permission not in unsure]
    about = troubles.PERMISSION_MISSING
    if missing:
        listed = {**values, "permissions": ",".join(missing), "count": str(len(missing))}
        said = N_("TestIamPermissions does not list {permissions}.")
        yield AREA.problem(about, said, facts.project_id, **listed)
    if unsure and not to_be_tried:
        listed = {**values, "permissions": ",".join(unsure), "count": str(len(unsure))}
        said = N_("{permissions}: not granted on the project; by a condition on secrets they may be.")
        yield AREA.unknown(about, said, facts.project_id, **listed)
    elif unsure:
        said = N_("What it may do to secrets hangs on their names; that is tried with the key.")
        yield AREA.fine(about, said, facts.project_id)
    elif not missing:
        said = N_("It holds all {count} permissions that it needs.")
        yield AREA.fine(about, said, facts.project_id, count=str(len(needed)))


def keys(facts: ProjectFacts) -> Iterator[Line]:
    """Look how much room there is for keys."""
    if isinstance(facts.keys, GoogleError):
        return  # the permission that is missing is a line of its own
    values = {**_project(facts), "count": str(facts.keys)}
    said = N_("It holds {count} keys of 300.")
    if facts.keys >= MOST_KEYS:
        yield AREA.problem(troubles.KEYS_FULL, said, facts.project_id, **values)
    elif facts.keys >= MANY_KEYS:
        yield AREA.warning(troubles.KEYS_FULL, said, facts.project_id, **values)
    else:
        yield AREA.fine(troubles.KEYS_FULL, said, facts.project_id, **values)


def _unread(
    refusal: GoogleError, cause: Cause, facts: ProjectFacts, *, denied: bool = False, **values: str
) -> Iterator[Line]:
    """Say why a fact could not be read, unless a line about the bot's own project says so for all of them."""
    if switched_off(refusal):
        return
    # What a project that the bot can't see hides is said once, by `state`.
    if not denied and isinstance(facts.project, GoogleError) and unseen(facts.project):
        return
    mark = AREA.problem if denied and unseen(refusal) else AREA.unknown
    said = N_("Google answered {status} to {call}.") if refusal.call else UNREAD
    named = {**_named(facts), **values, "status": refusal.status, "call": refusal.call}
    yield mark(cause, said, facts.project_id, **named)


def _named(facts: ProjectFacts) -> dict[str, str]:
    """Give the values that sentences of the why-403 catalogue ask for."""
    return values_of(ApiError(service=GEMINI, consumer=f"projects/{facts.project_id}"))


def _project(facts: ProjectFacts) -> dict[str, str]:
    return {"project": facts.project_id}


def _bare(account: str) -> str:
    return account.removeprefix("billingAccounts/")
