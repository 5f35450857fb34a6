"""Check what a secret may look like (Google: Secret Manager v1, resources.proto)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.google.errors import invalid_argument

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_SECRET_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
_ANNOTATION_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_ALIAS = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
MOST_LABELS = 64
MOST_ALIASES = 50
MOST_ANNOTATION_BYTES = 16 * 1024
MOST_PAYLOAD_BYTES = 64 * 1024
SHORTEST_TTL = timedelta(seconds=60)


def check_secret_id(secret_id: str) -> None:
    """Refuse ids outside [A-Za-z0-9_-]{1,255}."""
    if not _SECRET_ID.fullmatch(secret_id):
        raise invalid_argument(f"The provided secret id {secret_id!r} does not match [A-Za-z0-9_-]{{1,255}}.")


def check_labels(labels: Mapping[str, str]) -> None:
    """Refuse more than 64 labels, or keys and values outside Google's letters."""
    if len(labels) > MOST_LABELS:
        raise invalid_argument(f"A secret has at most {MOST_LABELS} labels.", "secret.labels")
    for key, value in labels.items():
        if not _LABEL_KEY.fullmatch(key) or not _LABEL_VALUE.fullmatch(value):
            raise invalid_argument(
                f"Label {key!r}={value!r} is not valid: at most 63 lower-case letters, digits, _ and -.",
                "secret.labels",
            )


def check_annotations(annotations: Mapping[str, str]) -> None:
    """Refuse malformed names and a total of 16 KiB or more."""
    for key in annotations:
        if not _ANNOTATION_NAME.fullmatch(key.rpartition("/")[2]):
            raise invalid_argument(f"Annotation key {key!r} is not valid.", "secret.annotations")
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size >= MOST_ANNOTATION_BYTES:
        raise invalid_argument(
            "The total size of annotations must be less than 16 KiB.", "secret.annotations"
        )


def check_aliases(aliases: Mapping[str, int], versions: Any) -> None:
    """Refuse reserved names, too many, and aliases of versions that are not there."""
    if len(aliases) > MOST_ALIASES:
        raise invalid_argument(
            f"A secret has at most {MOST_ALIASES} version aliases.", "secret.version_aliases"
        )
    for alias, number in aliases.items():
        if alias in ("latest", "NEW") or not _ALIAS.fullmatch(alias):
            raise invalid_argument(f"Version alias {alias!r} is not valid.", "secret.version_aliases")
        if number not in versions:
            raise invalid_argument(f"Version alias {alias!r} names no version.", "secret.version_aliases")


def expiry(secret: Any, now: datetime) -> datetime | None:
    """Return when a secret asks to expire, by expire_time or ttl (input only); it must lie ahead."""
    if secret.ttl:
        if secret.ttl < SHORTEST_TTL:
            raise invalid_argument("The ttl must be at least 60 seconds.", "secret.ttl")
        return now + timedelta(seconds=secret.ttl.total_seconds())
    if not secret.expire_time:
        return None
    moment: datetime = secret.expire_time
    if moment <= now:
        raise invalid_argument("The expire_time must be in the future.", "secret.expire_time")
    return moment
