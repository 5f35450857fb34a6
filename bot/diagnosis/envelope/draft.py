"""Group pairs into the errors they belong to: a paste may hold several, one inside the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.diagnosis.envelope import codes
from bot.diagnosis.envelope.pairs import token
from bot.diagnosis.reasons import ENUM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.diagnosis.envelope.pairs import Pair

_REASON = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_HTTP_KEYS = frozenset({"code", "httpresponsecode", "http_status", "statuscode", "status_code"})
_MESSAGE_KEYS = frozenset({"message", "msg", "desc", "details"})
_QUOTA_KEYS = frozenset({"quotaid", "quota_id", "quota_limit", "quotametric", "quota_metric"})
_LIMIT_KEYS = frozenset({"quotavalue", "quota_value", "quota_limit_value"})
_NUMBER = re.compile(r"\d{1,3}(?!\d)")
MOST_SAID = 12
_SECONDS = re.compile(r"(\d{1,9}(?:\.\d+)?)s?")


@dataclass(slots=True)
class Draft:
    """One error while it is being read; the first value of a field stands, for wrappers repeat them.

    `numbered` is the status that a small code number means, if it is gRPC's and not, say, an NSError's.
    """

    http: int | None = None
    status: str | None = None
    numbered: str | None = None
    reason: str | None = None
    domain: str | None = None
    message: str = ""
    more: list[str] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    quota_ids: list[str] = field(default_factory=list)
    legacy_reasons: list[str] = field(default_factory=list)
    retry_delay: float | None = None
    _meta_key: str = ""

    def weight(self) -> int:
        """Weigh how much of a Google error this is; wrappers carry no canonical status and no reason."""
        structured = 8 * bool(self.reason) + 4 * bool(self.status) + 2 * bool(self.http or self.numbered)
        return structured + bool(self.message) + bool(self.legacy_reasons) + bool(self.quota_ids)

    def take(self, pair: Pair) -> None:
        """Put one pair where it belongs, or leave it."""
        key, value = pair.key.lower(), pair.value or ""
        if key in _MESSAGE_KEYS or (key == "error" and " " in value):
            self._say(value)
        elif key in _HTTP_KEYS:
            self._code(token(value))
        elif key == "status":
            self._status(token(value))
        elif key == "reason":
            self._reason(token(value), sure=pair.quoted)
        elif key == "domain":
            self.domain = self.domain or (token(value) if "." in value else None)
        elif key == "retrydelay" and (seconds := _SECONDS.match(value)):
            self.retry_delay = self.retry_delay or float(seconds[1])
        else:
            self._about(pair.key, value)

    def _say(self, value: str) -> None:
        if not self.message:
            self.message = value
        elif len(self.more) < MOST_SAID and value not in (self.message, *self.more):
            self.more.append(value)

    def _code(self, value: str) -> None:
        if number := _NUMBER.match(value):
            code = int(number[0])
            if code in codes.BY_NUMBER:
                self.numbered = self.numbered or codes.BY_NUMBER[code]
            elif self.http is None and 400 <= code < 600:  # noqa: PLR2004 - HTTP's error range
                self.http = code
        elif name := codes.canonical(value.rpartition(".")[2]):
            self.status = self.status or name

    def _status(self, value: str) -> None:
        name = codes.canonical(value.rpartition(".")[2])
        if name and self.status is None:
            self.status = name
        elif (
            self.http is None
            and (number := _NUMBER.match(value))
            and int(number[0]) in (400, 401, 403, 404, 429)
        ):
            self.http = int(number[0])

    def _reason(self, value: str, *, sure: bool) -> None:
        """Believe an unquoted reason only from the enum or beside its domain: logs write `reason=` too."""
        google = (self.domain or "").partition("/")[0].endswith("googleapis.com")
        if value in ENUM or ((sure or google) and _REASON.fullmatch(value)):
            self.reason = self.reason or value
        elif value:
            self.legacy_reasons.append(value)

    def _about(self, key: str, value: str) -> None:
        if key.lower() == "key":
            self._meta_key = token(value)
        elif key.lower() == "value":
            self.metadata.setdefault(self._meta_key, token(value))
        elif key.lower() in _LIMIT_KEYS:
            self.metadata["quotaValue"] = (
                "0" if token(value) == "0" else self.metadata.get("quotaValue", value)
            )
        elif key.lower() in _QUOTA_KEYS:
            self.quota_ids.append(token(value))
        elif value and len(value) < 400:  # noqa: PLR2004 - longer is no metadata
            self.metadata.setdefault(key, token(value))


def drafts(found: Iterable[Pair]) -> list[Draft]:
    """Return the errors of a text, the most telling first, in text order where they tell as much."""
    made = [Draft()]
    for pair in found:
        if _begins_another(pair, made[-1]):
            made.append(Draft())
        made[-1].take(pair)
    return sorted((d for d in made if d.weight()), key=Draft.weight, reverse=True)


def _begins_another(pair: Pair, last: Draft) -> bool:
    key = pair.key.lower()
    complete = bool(last.status and last.http and last.message)
    return (key == "error" and last.weight() > 0) or (key == "code" and complete)
