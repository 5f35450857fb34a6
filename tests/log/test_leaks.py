"""Whatever is logged, by whomever and however wrapped, comes out without credentials."""

import logging
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
import structlog

from bot import log
from tests.log.trouble import CANARY, own_exception, raise_canary


@dataclass
class Stone:
    """An object whose repr shows everything."""

    key: str


def nest(value: Any, times: int) -> Any:
    for _ in range(times):
        value = [value]
    return value


def with_context(value: str) -> None:
    with log.context(request=value):
        structlog.get_logger().info("a.b")


def crash() -> None:
    try:
        raise_canary()
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)


LEAKS: dict[str, Callable[[], object]] = {
    "message": lambda: structlog.get_logger().info(f"a {CANARY}"),
    "percent": lambda: structlog.get_logger().info("a %s", CANARY),
    "value": lambda: structlog.get_logger().info("a.b", key=CANARY),
    "name": lambda: structlog.get_logger().info("a.b", **{CANARY: 1}),
    "nested": lambda: structlog.get_logger().info("a.b", x={"y": [{"z": ("q", CANARY)}], CANARY: 1}),
    "deep": lambda: structlog.get_logger().info("a.b", x=nest(CANARY, 50)),
    "set": lambda: structlog.get_logger().info("a.b", x={CANARY}),
    "bytes": lambda: structlog.get_logger().info("a.b", x=CANARY.encode()),
    "object": lambda: structlog.get_logger().info("a.b", x=Stone(CANARY)),
    "url": lambda: structlog.get_logger().info("a.b", url=f"https://x.example/v1?key={CANARY}&alt=sse"),
    "error value": lambda: structlog.get_logger().info("a.b", error=ValueError(CANARY)),
    "exception": lambda: own_exception(structlog.get_logger()),
    "context": lambda: with_context(CANARY),
    "stdlib message": lambda: logging.getLogger("x").warning(CANARY),
    "stdlib args": lambda: logging.getLogger("x").warning("a %s %r", "b", {"k": CANARY}),
    "stdlib mapping": lambda: logging.getLogger("x").warning("a %(k)s", {"k": CANARY}),
    "stdlib exception": lambda: own_exception(logging.getLogger("x")),
    "stdlib mismatch": lambda: logging.getLogger("x").warning("a %d", CANARY),
    "crash": crash,
    "warning": lambda: warnings.warn(CANARY, stacklevel=1),
}


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_no_credential_is_ever_written(leak: Callable[[], object], out: StringIO, capfd: Any) -> None:
    """The line is there, the key is not: not in the log, not beside it, not even in part."""
    log.configure(stream=out)  # again, as pytest has put its own handlers in since
    leak()

    written = out.getvalue()
    assert written.strip()
    streams = capfd.readouterr()
    for text in (written, streams.out, streams.err):
        assert "Canary" not in text
        assert CANARY[-12:] not in text
