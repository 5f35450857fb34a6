"""A stream that says it is a terminal, and errors that carry a credential in every part."""

from io import StringIO
from typing import Any

CANARY = "AI" + "za" + "SyCanary" + "0123456789" * 3


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def raise_inner() -> None:
    raise ValueError(f"inner {CANARY}")


def raise_canary() -> None:
    try:
        raise_inner()
    except ValueError as inner:
        error = RuntimeError("outer")
        error.add_note(f"note {CANARY}")
        raise error from inner


def own_exception(logger: Any) -> None:
    try:
        raise_canary()
    except RuntimeError:
        logger.exception("it.broke")
