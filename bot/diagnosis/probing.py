"""The probes: which call settles which facts, and how its answer is read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.probes import ACCOUNT_KEYS_POLICY, BINDING_POLICY, Probe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from datetime import datetime

    from bot.diagnosis.probes import RecordedKey, Subject, World

    Answer = Awaitable[Mapping[str, object]]

DAY = timedelta(days=1)


def _project(subject: Subject) -> str:
    return f"projects/{subject.project}" if subject.project else ""


def _service(subject: Subject) -> str:
    return f"{_project(subject)}/services/{subject.service}" if subject.project and subject.service else ""


def _key(subject: Subject) -> str:
    return f"projects/{subject.key.project_id}/keys/{subject.key.key_id}" if subject.key else ""


def _account(subject: Subject) -> str:
    return subject.key.account if subject.key else ""


def _secret(subject: Subject) -> str:
    if subject.key is None or not subject.key.secret_id:
        return ""
    return f"projects/{subject.key.project_id}/secrets/{subject.key.secret_id}"


def _policy(constraint: str) -> Callable[[Subject], str]:
    return lambda subject: f"{_project(subject)}/policies/{constraint}" if subject.project else ""


async def _read_project(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    return {"project_state": await world.project_state(subject.project)}


async def _read_service(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    enabled = await world.service_enabled(subject.project, subject.service)
    return {"service_state": "ENABLED" if enabled else "DISABLED"}


async def _read_billing(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    return {"billing_enabled": await world.billing_enabled(subject.project)}


async def _read_billing_account(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    return {"billing_account_open": await world.billing_account_open(subject.project)}


async def _read_key(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    key = _given(subject)
    state = await world.key(key.project_id, key.key_id)
    return {
        "key_state": "DELETED" if state.deleted else "ACTIVE",
        "key_service_account": state.service_account,
        "key_services": state.services,
        "key_application": state.application,
        "key_limits": state.limits,
        "key_changed_seconds": int((now - state.changed_at).total_seconds()),
    }


async def _read_account(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    return {"account_enabled": await world.account_enabled(_given(subject).account)}


async def _read_secret(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    key = _given(subject)
    return {"secret_access": await world.may_read_secret(key.project_id, key.secret_id, key.member)}


async def _read_binding_policy(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    return {"binding_blocked": await world.bindings_blocked(subject.project, BINDING_POLICY)}


async def _read_account_keys_policy(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    return {"sa_keys_blocked": await world.policy_enforced(subject.project, ACCOUNT_KEYS_POLICY)}


async def _read_service_policy(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    return {"service_restricted": await world.service_denied(subject.project, subject.service)}


async def _read_models(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    key = _given(subject)
    models = await world.models(key.project_id, key.key_id)
    listed = {"model_listed": f"models/{subject.model}" in models} if subject.model else {}
    return {"models_listed": True, **listed}


async def _read_usage(world: World, subject: Subject, now: datetime) -> Mapping[str, object]:
    key = _given(subject)
    counted = await world.calls(key.project_id, key.uid, now - DAY, now)
    return {"key_used": sum(counted.values()) > 0}


def _given(subject: Subject) -> RecordedKey:
    assert subject.key is not None  # noqa: S101 - `wanted` asks about keys only where there is one
    return subject.key


# What changes while nobody looks at the project is asked anew each time; nothing here is cached.
PROBES = (
    Probe("Projects/GetProject", ("project_state",), _project, _read_project),
    Probe("ServiceUsage/GetService", ("service_state",), _service, _read_service),
    Probe("CloudBilling/GetProjectBillingInfo", ("billing_enabled",), _project, _read_billing),
    Probe("CloudBilling/GetBillingAccount", ("billing_account_open",), _project, _read_billing_account),
    Probe(
        "ApiKeys/GetKey",
        (
            "key_state",
            "key_service_account",
            "key_services",
            "key_application",
            "key_limits",
            "key_changed_seconds",
        ),
        _key,
        _read_key,
    ),
    Probe("IAM/GetServiceAccount", ("account_enabled",), _account, _read_account),
    Probe("SecretManagerService/GetIamPolicy", ("secret_access",), _secret, _read_secret),
    Probe(
        "OrgPolicy/GetEffectivePolicy", ("binding_blocked",), _policy(BINDING_POLICY), _read_binding_policy
    ),
    Probe(
        "OrgPolicy/GetEffectivePolicy",
        ("sa_keys_blocked",),
        _policy(ACCOUNT_KEYS_POLICY),
        _read_account_keys_policy,
    ),
    Probe(
        "OrgPolicy/GetEffectivePolicy",
        ("service_restricted",),
        _policy("gcp.restrictServiceUsage"),
        _read_service_policy,
    ),
    Probe("ModelService/ListModels", ("models_listed", "model_listed"), _key, _read_models),
    Probe("MetricService/ListTimeSeries", ("key_used",), _key, _read_usage),
)


def wanted(facts: Iterable[str], subject: Subject) -> tuple[Probe, ...]:
    """Choose the probes for these facts that have something to look at, each once."""
    names = frozenset(facts)
    return tuple(probe for probe in PROBES if names.intersection(probe.facts) and probe.about(subject))
