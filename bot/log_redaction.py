"""Take credentials out of everything a log line carries, whatever it is wrapped in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.redact import redact

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

# Deeper than any event of ours; what lies deeper, or in a circle, is written as its redacted repr.
DEEPEST = 6


def redact_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Redact keys and values of an event, down to the leaves; run it last, when exceptions are text."""
    return {redact(str(key)): redact_value(value) for key, value in event.items()}


def redact_value(value: Any, depth: int = 0) -> Any:
    """Return the value with the same shape and no credential; what is not JSON becomes its redacted repr."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return redact(value)
    if depth < DEEPEST:
        if isinstance(value, dict):
            return {redact(str(key)): redact_value(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [redact_value(item, depth + 1) for item in value]
    return redact(_shown(value))


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001 - a value that cannot be shown must not cost the line
        return f"<{type(value).__name__}: repr raised {type(error).__name__}>"
