"""Small recognisers that causes are put together from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.diagnosis.error import ApiError

    Sign: TypeAlias = Callable[[ApiError], bool]

_GOOGLES = ("google", "gemini", "vertex", "gserviceaccount", "gcloud", "gaxios", "imagen", "ai studio")


def reason(*names: str) -> Sign:
    """Recognise by ErrorInfo reason: the surest sign."""
    return lambda error: error.reason in names


def says(*phrases: str) -> Sign:
    """Recognise by any of these phrases, written in lower case and without quotation marks."""

    def sign(error: ApiError) -> bool:
        said = error.said
        for phrase in phrases:  # noqa: SIM110 - plain loops here halve the time of a diagnosis
            if phrase in said:
                return True
        return False

    return sign


def matches(pattern: str, *words: str) -> Sign:
    """Recognise by a pattern over the folded message; without one of `words` it is not even tried."""
    compiled = re.compile(pattern)
    if not words:
        return lambda error: compiled.search(error.said) is not None

    def sign(error: ApiError) -> bool:
        said = error.said
        for word in words:
            if word in said:
                return compiled.search(said) is not None
        return False

    return sign


def names_quota(pattern: str) -> Sign:
    """Recognise by the quota ids and metrics of a QuotaFailure."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda error: any(compiled.search(quota) for quota in error.quota_ids)


def legacy(*names: str) -> Sign:
    """Recognise by errors[].reason, the form before ErrorInfo."""
    return lambda error: any(name in error.legacy_reasons for name in names)


def called(*methods: str) -> Sign:
    """Recognise by the gRPC method or gcloud command."""
    return lambda error: error.method in methods


def http(*codes: int) -> Sign:
    """Recognise by HTTP status code."""
    return lambda error: error.http in codes


def of_google(error: ApiError) -> bool:
    """Recognise that Google is spoken of, or that an error is in the form of its APIs."""
    return bool(error.reason or error.status or error.quota_ids) or names_google(error)


def names_google(error: ApiError) -> bool:
    """Recognise that Google or one of its services is named."""
    if error.service:
        return True
    said = error.said
    for name in _GOOGLES:  # noqa: SIM110 - see `says`
        if name in said:
            return True
    return False


def commonly(*signs: Sign) -> Sign:
    """Recognise by signs that other companies' errors bear as well: only where Google is spoken of."""

    def sign(error: ApiError) -> bool:
        for each in signs:
            if each(error):
                return of_google(error)
        return False

    return sign


def any_of(*signs: Sign) -> Sign:
    """Recognise when one of them does."""

    def sign(error: ApiError) -> bool:
        for each in signs:  # noqa: SIM110 - see `says`
            if each(error):
                return True
        return False

    return sign


def all_of(*signs: Sign) -> Sign:
    """Recognise when all of them do."""

    def sign(error: ApiError) -> bool:
        for each in signs:  # noqa: SIM110 - see `says`
            if not each(error):
                return False
        return True

    return sign


def none_of(*signs: Sign) -> Sign:
    """Recognise when none of them does."""
    found = any_of(*signs)
    return lambda error: not found(error)
