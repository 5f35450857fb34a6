"""Take credentials out of whatever goes to Slack as blocks, views or values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.redact import redact, suspicious

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def _strings(payload: Any) -> Iterator[str]:
    if isinstance(payload, str):
        yield payload
    elif isinstance(payload, dict):
        for value in payload.values():
            yield from _strings(value)
    elif isinstance(payload, list | tuple):
        for value in payload:
            yield from _strings(value)
