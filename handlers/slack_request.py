"""Judge a raw Slack request as Bolt will read it: headers, signature and body, without doing anything."""

from __future__ import annotations

import json
import re
from math import inf
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]

TIMESTAMP: Final = b"x-slack-request-timestamp"
SIGNATURE: Final = b"x-slack-signature"
# Slack: Verifying requests, "more than five minutes from local time".
WINDOW: Final = 300

_DIGITS = re.compile(rb"[0-9]{1,12}")
_SIGNED = re.compile(rb"v0=[0-9a-f]{64}")
# Bolt obeys these to run a listener without its middleware; only its own Lambda adapter may send them.
_BOLTS_OWN: Final = b"x-slack-bolt-"
_JSON: Final = "application/json"


def sanitised(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Drop Bolt's internal headers, and all but the first of those that Bolt and this check must agree on."""
    kept: Headers = []
    seen: set[bytes] = set()
    for name, value in headers:
        if name.startswith(_BOLTS_OWN):
            continue
        if name.startswith(b"x-slack-") or name == b"content-type":
            if name in seen:
                continue
            seen.add(name)
        kept.append((name, value))
    return kept


def declared_length(headers: dict[bytes, bytes]) -> float:
    """Read Content-Length in bytes; nonsense is endless, and a chunked body declares nothing."""
    value = headers.get(b"content-length", b"0")
    return int(value) if _DIGITS.fullmatch(value) else inf


def header_fault(timestamp: bytes, signature: bytes, now: float) -> str | None:
    """Say what is wrong with the two headers, before anything is read or computed."""
    if not timestamp or not signature:
        return "unsigned"
    if not _DIGITS.fullmatch(timestamp):
        return "bad-timestamp"
    if not _SIGNED.fullmatch(signature):
        return "bad-signature"
    return "stale" if abs(now - int(timestamp)) > WINDOW else None


def body_fault(body: bytes, content_type: str) -> str | None:
    """Say why Bolt could not parse the body; it looks at the first character before the content type."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return "not-utf8"
    if not text:
        return "empty"
    if _is_json(text[0], content_type):
        return _object_fault(text)
    payload = _form(text).get("payload") if "payload" in text else None
    return None if payload is None else _object_fault(payload)


def is_ssl_check(body: bytes) -> bool:
    """Recognise Slack's certificate check: `ssl_check=1`, with at most the old verification token beside it.

    Slack: Slash commands, "simple POST request to verify the server's SSL certificate".
    """
    try:
        fields = _form(body.decode())
    except ValueError:
        return False
    return fields.pop("ssl_check", None) == "1" and fields.keys() <= {"token"}


def spared(body: bytes, content_type: str) -> bytes:
    """Spell the word "payload" so that Bolt does not take a slash command for an interaction and drop it.

    Bolt 1.30 looks for the bare word anywhere in the form, so `why-403 … payload too large` came out empty.
    """
    if b"payload" not in body or _is_json(chr(body[0]), content_type) or "payload" in _form(body.decode()):
        return body
    return body.replace(b"payload", b"%70ayload")


def _is_json(first: str, content_type: str) -> bool:
    return first == "{" or content_type.split(";", maxsplit=1)[0] == _JSON


def _form(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))


def _object_fault(text: str) -> str | None:
    try:
        return None if isinstance(json.loads(text), dict) else "not-an-object"
    except (ValueError, RecursionError):
        return "not-json"
