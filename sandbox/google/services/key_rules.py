"""Check what a key may look like: ids, names, restrictions (Google: API Keys v2, resources.proto)."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from sandbox.google.errors import invalid_argument
from sandbox.google.services.catalogue import TITLES

_KEY_ID = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PARENT = re.compile(r"projects/[^/]+/locations/([^/]+)")
_SHA1 = re.compile(r"([0-9A-Fa-f]{2}:?){19}[0-9A-Fa-f]{2}")
LONGEST_DISPLAY_NAME = 63
MOST_APPLICATIONS = 1_200


def check_parent(parent: str) -> None:
    """Refuse any location but global."""
    found = _PARENT.fullmatch(parent)
    if found is None:
        raise invalid_argument("The parent must be projects/PROJECT/locations/global.", "parent")
    if found.group(1) != "global":
        raise invalid_argument(f"Location {found.group(1)} is not supported; use global.", "parent")


def check_key_id(key_id: str) -> None:
    """Refuse ids that are not RFC-1034 labels or look like a UUID."""
    if not _KEY_ID.fullmatch(key_id) or _UUID.fullmatch(key_id):
        raise invalid_argument(
            f"Key id {key_id!r} must match [a-z]([a-z0-9-]{{0,61}}[a-z0-9])? and must not be UUID-like.",
            "key_id",
        )


def check_display_name(name: str) -> None:
    """Refuse names above 63 characters."""
    if len(name) > LONGEST_DISPLAY_NAME:
        raise invalid_argument("The display name must not exceed 63 characters.", "key.display_name")


def check_restrictions(restrictions: Any) -> None:
    """Refuse unknown services, malformed addresses and fingerprints, and too many applications."""
    for target in restrictions.api_targets:
        if target.service.lower() not in TITLES:
            raise invalid_argument(
                f"Service {target.service!r} does not exist.", "key.restrictions.api_targets.service"
            )
    addresses = list(restrictions.server_key_restrictions.allowed_ips)
    applications = list(restrictions.android_key_restrictions.allowed_applications)
    referrers = list(restrictions.browser_key_restrictions.allowed_referrers)
    bundles = list(restrictions.ios_key_restrictions.allowed_bundle_ids)
    for address in addresses:
        _check_address(address)
    for application in applications:
        if not application.package_name or not _SHA1.fullmatch(application.sha1_fingerprint):
            raise invalid_argument("An Android application needs a package name and a SHA-1 fingerprint.")
    if not all([*referrers, *bundles]):
        raise invalid_argument("A restriction must not be empty.", "key.restrictions")
    if sum(map(len, (addresses, applications, referrers, bundles))) > MOST_APPLICATIONS:
        raise invalid_argument(f"At most {MOST_APPLICATIONS} restrictions are allowed.", "key.restrictions")


def _check_address(address: str) -> None:
    try:
        ipaddress.ip_network(address, strict=False)
    except ValueError:
        raise invalid_argument(
            f"{address!r} is not an IP address or CIDR range.",
            "key.restrictions.server_key_restrictions.allowed_ips",
        ) from None
