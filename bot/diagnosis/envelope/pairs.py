"""Find the key-value pairs of an error in flattened text, whatever notation they are written in.

One reader for JSON, Python reprs, JavaScript and Swift dumps, text protos and YAML: they differ in quotes,
separators and nesting, not in Google's key names. It survives cut, wrapped and half-escaped text, where a
strict parser has nothing to say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS = (
    "error|code|httpResponseCode|http_status|statusCode|status_code|status|message|msg|desc|details|reason|domain|key"
    "|value|service|consumer|methodName|method|quotaId|quota_id|quota_limit|quotaMetric|quota_metric|quotaValue|quota_limit_value|quota_value"
    "|retryDelay|permission|resource|uid|httpReferrer|callerIp|containerInfo|serviceTitle|model|location"
    "|policy_name|policyName|email|subject"
)
_KEY = re.compile(
    rf"(?i)(?<![\w.\-/?&])[\"']?({_KEYS})[\"']?"
    r"(?:\s?[:=]>?[ \t]{0,8}|[ \t]{1,8}:[ \t]{0,8}|:\s{1,80})(?=\S)"
)
_SOME = re.compile(r"Optional<String>\s{0,20}-\s{0,4}some\s?:\s?")
_NESTED = re.compile(r"[\"']?\s{0,40}[\[{]")
_CLOSES = re.compile(r"\s{0,400}(?:[,}\])>;]|\Z|[\w@\-]{1,40}[\"']?\s{0,4}(?:[:={]|=>))|[ \t]{0,400}\n")
_BARE = re.compile(r"[^\s,;}\])'\"]+")
_LINE = re.compile(r"[^\n]*?(?=,? ?\(?\b[Ss]tatus: |, Code: |\n|\Z)")
_PROSE = frozenset({"message", "msg", "desc", "details"})
LONGEST = 4000


class Pair(NamedTuple):
    """One key with its value; the value is None where a container begins."""

    key: str
    value: str | None
    quoted: bool = False


def pairs(flat: str) -> Iterator[Pair]:
    """Yield the pairs in text order; a value that is itself a nested error is opened, not returned."""
    at = 0
    while found := _KEY.search(flat, at):
        key, start = found[1], found.end()
        if some := _SOME.match(flat, start):
            start = some.end()
        if _NESTED.match(flat, start):
            at = start
            yield Pair(key, None)
            continue
        value, at = _value(key, flat, start)
        yield Pair(key, value, quoted=flat[start] in "\"'")


def token(value: str) -> str:
    """Rejoin an identifier that a terminal has wrapped, and drop markup around it."""
    return re.sub(r"\s*\n\s*", "", value).strip(" *\"'`")


def _value(key: str, flat: str, start: int) -> tuple[str, int]:
    if flat[start] in "\"'":
        return _quoted(flat, start)
    pattern = _LINE if key.lower() in _PROSE else _BARE
    match = pattern.match(flat, start)
    return (match[0], match.end()) if match else ("", start + 1)


def _quoted(flat: str, start: int) -> tuple[str, int]:
    """Read to the quote that really closes: what follows it is punctuation, a new key, or a line end."""
    quote, limit = flat[start], min(len(flat), start + 1 + LONGEST)
    end = flat.find(quote, start + 1, limit)
    while end != -1 and not _CLOSES.match(flat, end + 1):
        end = flat.find(quote, end + 1, limit)
    end = limit if end == -1 else end
    return flat[start + 1 : end], end + 1
