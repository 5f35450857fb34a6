"""The checks a Gemini call passes, in the order that Google was seen to make them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sandbox.google import gemini_errors as errors
from sandbox.google.dispatch import project_deleted
from sandbox.google.errors import service_disabled
from sandbox.google.services.catalogue import GEMINI, TITLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.google.errors import Refusal
    from sandbox.google.state import ApiKey, Project, World


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call with a key that exists or existed."""

    world: World
    project: Project
    key: ApiKey
    method: str
    headers: Mapping[str, str]
    address: str
    now: datetime


def check_key(attempt: Attempt) -> Refusal | None:
    """Check the key itself: deleted, too new, expired, leaked, suspended."""
    key, number = attempt.key, attempt.project.number
    if key.deleted:
        return errors.key_not_found()
    if key.expired or key.usable_at > attempt.now:
        return errors.key_expired()
    if key.leaked:
        return errors.key_leaked()
    if key.suspended:
        return errors.suspended(number, f"api_key:{key.key_string}")
    return None


def check_kind(attempt: Attempt) -> Refusal | None:
    """Check that the key is of a kind that Gemini takes, and that the account it is bound to works."""
    key = attempt.key
    if not key.bound and (attempt.world.switches.standard_keys_refused or not _targets(key)):
        return errors.invalid_credentials(attempt.method)
    if key.bound and not _account_works(attempt):
        return errors.account_state_invalid(attempt.method, key.service_account_email)
    return None


def check_project(attempt: Attempt) -> Refusal | None:
    """Check that the project exists and is not suspended."""
    project = attempt.project
    if not project.active:
        return project_deleted(project.number, GEMINI)
    if project.trouble.suspended:
        return errors.suspended(project.number, f"project_number:{project.number}")
    return None


def check_client(attempt: Attempt) -> Refusal | None:
    """Check where the call comes from, if the key cares."""
    limits, number = attempt.key.message.restrictions, attempt.project.number
    if addresses := list(limits.server_key_restrictions.allowed_ips):
        return (
            None
            if _address_allowed(attempt.address, addresses)
            else errors.ip_blocked(number, attempt.address)
        )
    if patterns := list(limits.browser_key_restrictions.allowed_referrers):
        referrer = attempt.headers.get("referer", "")
        return None if _referrer_allowed(referrer, patterns) else errors.referrer_blocked(number, referrer)
    if applications := list(limits.android_key_restrictions.allowed_applications):
        package = attempt.headers.get("x-android-package", "")
        print_ = _fingerprint(attempt.headers.get("x-android-cert", ""))
        known = {(a.package_name, _fingerprint(a.sha1_fingerprint)) for a in applications}
        return None if (package, print_) in known else errors.android_blocked(number, package)
    if bundles := list(limits.ios_key_restrictions.allowed_bundle_ids):
        bundle = attempt.headers.get("x-ios-bundle-identifier", "")
        return None if bundle in bundles else errors.ios_blocked(number, bundle)
    return None


def check_api(attempt: Attempt) -> Refusal | None:
    """Check that the key may be used for this method and that the API is on in the key's project."""
    targets = _targets(attempt.key)
    if targets and not any(_allows(target, attempt.method) for target in targets):
        return errors.service_blocked(attempt.project.number, attempt.method)
    enabled_at = attempt.project.services.get(GEMINI)
    if enabled_at is None or enabled_at > attempt.now:
        return service_disabled(GEMINI, TITLES[GEMINI], attempt.project.number)
    return None


def check_generation(attempt: Attempt) -> Refusal | None:
    """Check what stands in the way of generating only: access, payment, place."""
    trouble, number = attempt.project.trouble, attempt.project.number
    if trouble.denied:
        return errors.project_denied()
    if trouble.billing_disabled:
        return errors.billing_disabled(number)
    if trouble.dunning:
        return errors.dunning(number)
    if trouble.prepay_depleted:
        return errors.prepay_depleted()
    if trouble.spending_cap:
        return errors.spending_cap()
    if trouble.region_unsupported:
        return errors.region_unsupported()
    return None


EVERY_CALL = (check_key, check_kind, check_project, check_client, check_api)


def _targets(key: ApiKey) -> list[Any]:
    return list(key.message.restrictions.api_targets)


def _account_works(attempt: Attempt) -> bool:
    """Follow the binding by unique id: an account made anew under the old name is another one."""
    found = attempt.world.service_account(attempt.key.service_account_id)
    return found is not None and not found[1].message.disabled


def _allows(target: Any, method: str) -> bool:
    """Match a method by full name, by its last part, or with a trailing wildcard; case does not matter."""
    if target.service.lower() != GEMINI:
        return False
    names = (method.lower(), method.rpartition(".")[2].lower())
    patterns = [wanted.lower() for wanted in target.methods]
    return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _address_allowed(address: str, allowed: list[str]) -> bool:
    caller = ipaddress.ip_address(address)
    return any(caller in ipaddress.ip_network(network, strict=False) for network in allowed)


def _referrer_allowed(referrer: str, patterns: list[str]) -> bool:
    bare = referrer.partition("://")[2]
    return bool(referrer) and any(fnmatchcase(referrer, p) or fnmatchcase(bare, p) for p in patterns)


def _fingerprint(text: str) -> str:
    return text.replace(":", "").upper()
