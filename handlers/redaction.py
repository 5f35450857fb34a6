"""Take credentials out of whatever goes to Slack as blocks, views or values."""

from __future__ import annotations

from typing import Any

from bot.domain.redact import redact, suspicious


def redacted(payload: Any) -> Any:
    """Pass every string of a payload through the redactor; one by one only when all together look bad."""
    return _redacted(payload) if suspicious("\n".join(_strings(payload))) else payload


def _redacted(payload: Any) -> Any:
    if isinstance(payload, str):
        return redact(payload)
    if isinstance(payload, dict):
        return {key: _redacted(value) for key, value in payload.items()}
    if isinstance(payload, list | tuple):
        return [_redacted(value) for value in payload]
    return payload


def _strings(payload: Any) -> list[str]:
    """Collect every string, in no order; Home holds a thousand, so nothing cleverer than a stack."""
    found: list[str] = []
    left = [payload]
    while left:
        part = left.pop()
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, dict):
            left.extend(part.values())
        elif isinstance(part, list | tuple):
            left.extend(part)
    return found
