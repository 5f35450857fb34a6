"""Apply the changes that the admin API offers; what is wrong with one raises ValueError before any effect."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.google.company import set_binding_policy, set_bot_roles
from sandbox.google.gemini_errors import QUOTAS
from sandbox.google.roles import ROLES
from sandbox.google.services.catalogue import TITLES
from sandbox.google.services.constraints import BLOCK_KEY_BINDINGS
from sandbox.google.services.resource_manager import set_deleted
from sandbox.google.state import GeminiCall, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.google.state import Project, World

KEY_FLAGS = ("leaked", "suspended", "expired")
TROUBLES = tuple(field.name for field in fields(Trouble) if field.name != "quota")
MOST_PAST = 10_000
GENERATE = "google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent"
QUOTA_STATES = ("", "bare", *QUOTAS)


def change_project(world: World, project_id: str, document: dict[str, Any]) -> None:
    """Change a project: Trouble's names, billing_account, services, org_policy, deleted, bot_roles."""
    project = world.project(project_id)
    if project is None:
        raise KeyError(project_id)
    prepared = [_prepare(world, project, name, value) for name, value in document.items()]
    for apply in prepared:
        apply()


def _prepare(world: World, project: Project, name: str, value: Any) -> Callable[[], None]:
    """Check one change and return the effect."""
    if name in TROUBLES or name == "quota":
        wanted = _one_of(QUOTA_STATES, value, name) if name == "quota" else _flag(value, name)
        return lambda: setattr(project.trouble, name, wanted)
    if name == "billing_account":
        account = _one_of(("", *world.billing_accounts), value, name)
        return lambda: setattr(project, "billing_account", account)
    if name == "deleted":
        at = world.clock() if _flag(value, name) else None
        return lambda: set_deleted(project, at)
    if name == "bot_roles":
        roles = [_one_of(tuple(ROLES), role, name) for role in _list(value, name)]
        return lambda: set_bot_roles(project, roles)
    if name == "services":
        return _services(world, project, value)
    if name == "org_policy":
        return _org_policy(project, value)
    raise ValueError(f"unknown field {name}")


def _services(world: World, project: Project, value: Any) -> Callable[[], None]:
    if not isinstance(value, dict):
        raise ValueError('services must be an object: {"compute.googleapis.com": true}')  # noqa: TRY004 - one kind of error
    for service, on in value.items():
        _one_of(tuple(TITLES), service, "services")
        _flag(on, service)

    def apply() -> None:
        for service, on in value.items():
            if on:
                project.services.setdefault(service, world.clock())
            else:
                project.services.pop(service, None)

    return apply


def _org_policy(project: Project, value: Any) -> Callable[[], None]:
    """Take {"enforce": bool, "allowed_services": [..]} for the key-binding constraint, or null to inherit."""
    if value is None:
        return lambda: project.org_policies.pop(BLOCK_KEY_BINDINGS, None) and None
    if not isinstance(value, dict) or not value.keys() <= {"enforce", "allowed_services"}:
        raise ValueError("org_policy must be null or hold enforce and allowed_services")
    enforce = _flag(value.get("enforce", True), "enforce")
    listed = value.get("allowed_services")
    services = None if listed is None else [str(service) for service in _list(listed, "allowed_services")]
    return lambda: set_binding_policy(project, enforce=enforce, allowed_services=services)


def change_key(world: World, uid: str, document: dict[str, Any]) -> None:
    """Flag a key as leaked, suspended or expired, or give it `past_calls`, which Monitoring counts."""
    keys = ((project, key) for project in world.projects.values() for key in project.keys.values())
    project, key = next((one for one in keys if one[1].message.uid == uid), (None, None))
    if project is None or key is None:
        raise KeyError(uid)
    past = _past_calls(world, project, uid, document.get("past_calls", []))
    flags = {name: value for name, value in document.items() if name != "past_calls"}
    for name, value in flags.items():
        _flag(value, _one_of(KEY_FLAGS, name, "field"))
    for name, value in flags.items():
        setattr(key, name, value)
    world.gemini_calls.extend(past)


def _past_calls(world: World, project: Project, uid: str, value: Any) -> list[GeminiCall]:
    """Read [{"hours_ago": 30, "status": 200, "count": 5}, …] as calls that were made then."""
    calls = []
    for entry in _list(value, "past_calls"):
        if not isinstance(entry, dict) or set(entry) != {"hours_ago", "status", "count"}:
            raise ValueError("each of past_calls holds hours_ago, status and count")
        if not all(isinstance(number, int) and 0 <= number <= MOST_PAST for number in entry.values()):
            raise ValueError(f"past_calls holds numbers from 0 to {MOST_PAST}")
        at = world.clock() - timedelta(hours=entry["hours_ago"])
        call = GeminiCall(at, project.number, uid, GENERATE, "v1beta", entry["status"])
        calls += [call] * entry["count"]
    return calls


def change_service_account(world: World, email: str, document: dict[str, Any]) -> None:
    """Disable or enable a service account."""
    found = world.service_account(email)
    if found is None:
        raise KeyError(email)
    for name, value in document.items():
        found[1].message.disabled = _flag(value, _one_of(("disabled",), name, "field"))


def change_billing_account(world: World, account_id: str, document: dict[str, Any]) -> None:
    """Open or close a billing account, or limit how many projects it pays for."""
    account = world.billing_accounts[account_id]
    for name, value in document.items():
        if _one_of(("open", "link_limit"), name, "field") == "open":
            _flag(value, name)
        elif type(value) is not int:
            raise ValueError("link_limit must be a number")
    for name, value in document.items():
        setattr(account, name, value)


def change_switches(world: World, _: str, document: dict[str, Any]) -> None:
    """Turn the facts about Google that no source settles."""
    names = ("operation_carries_key_string", "standard_keys_refused")
    for name, value in document.items():
        _flag(value, _one_of(names, name, "field"))
    for name, value in document.items():
        setattr(world.switches, name, value)


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")  # noqa: TRY004 - one kind of error for the caller
    return value


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list")  # noqa: TRY004 - one kind of error for the caller
    return value


def _one_of(known: tuple[str, ...], value: Any, name: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}")
    return value
