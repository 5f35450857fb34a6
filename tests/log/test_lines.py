"""One event is one line, with its fields and its context, whatever happens to it on the way."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import structlog

from bot import log
from tests.log.trouble import CANARY, Terminal, own_exception, raise_canary


class Grump:
    def __repr__(self) -> str:
        raise RuntimeError("no")


def test_a_line_is_one_json_object(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """Events keep their dotted name and their fields, with level, logger and UTC time beside them."""
    structlog.get_logger("bot.somewhere").info("key.minted", request="GK-7F3K", seconds=1.5, steps=["a", "b"])

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "key.minted",
        "request": "GK-7F3K",
        "seconds": 1.5,
        "steps": ["a", "b"],
        "level": "info",
        "logger": "bot.somewhere",
    }


async def test_context_follows_its_task_and_no_other(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """Two requests handled at once do not take each other's name."""

    async def handle(request: str) -> None:
        with log.context(request=request):
            await asyncio.sleep(0)
            structlog.get_logger().info("handled", mine=request)

    await asyncio.gather(handle("GK-1"), handle("GK-2"))

    assert {(line["request"], line["mine"]) for line in lines()} == {("GK-1", "GK-1"), ("GK-2", "GK-2")}


def test_an_exception_tells_where_and_why_on_one_line(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """The traceback and its cause are there, as text in one field."""
    own_exception(structlog.get_logger())

    (line,) = lines()
    assert line["event"] == "it.broke"
    assert "RuntimeError: outer" in line["exception"]
    assert "ValueError: inner AIza…" in line["exception"]
    assert "raise_canary" in line["exception"]


def test_a_terminal_gets_colours_and_machines_get_json() -> None:
    """The same event, for whoever reads it."""
    terminal = Terminal()
    log.configure(stream=terminal)
    structlog.get_logger().info("key.minted", request="GK-1")

    assert "\x1b[" in terminal.getvalue()
    assert "key.minted" in terminal.getvalue()
    with pytest.raises(json.JSONDecodeError):
        json.loads(terminal.getvalue())


def test_a_value_that_cannot_be_shown_does_not_cost_the_line() -> None:
    """A broken repr and a circle are named; the rest of the line is there."""
    log.configure(stream=(out := StringIO()))  # here, as pytest's own handlers would fail on it
    circle: list[Any] = []
    circle.append(circle)
    structlog.get_logger().info("odd", grump=Grump(), circle=circle, fine=1)

    line = json.loads(out.getvalue())
    assert line["grump"] == "<Grump: repr raised RuntimeError>"
    assert line["fine"] == 1


def test_a_line_that_cannot_be_made_is_reported_without_its_content() -> None:
    """The standard library would print the raw arguments."""
    log.configure(stream=(out := StringIO()))  # here, as pytest's own handlers would fail on it
    logging.getLogger("some.library").warning("%d", CANARY)

    line = json.loads(out.getvalue())
    assert line == {"event": "log.line_lost", "logger": "some.library", "error": "TypeError"}


def test_a_closed_stream_does_not_stop_the_bot(capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever closed stderr loses the log, not the service; no line is printed elsewhere instead."""
    stream = StringIO()
    log.configure(stream=stream)
    stream.close()

    structlog.get_logger().info("into the void")
    assert capfd.readouterr() == ("", "")

    log.configure(stream=(again := StringIO()))
    structlog.get_logger().info("heard")
    assert "heard" in again.getvalue()


def test_configuring_again_writes_once_and_to_the_new_place() -> None:
    """A logger used before follows; no line is doubled."""
    first, second = StringIO(), StringIO()
    logger = structlog.get_logger()
    log.configure(stream=first)
    logger.info("one")
    log.configure(stream=second)
    logger.info("two")

    assert [first.getvalue().count('"event"'), second.getvalue().count('"event"')] == [1, 1]
    assert '"two"' in second.getvalue()


def test_a_crash_in_a_thread_is_a_line_too(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """Python would print it raw."""
    thread = threading.Thread(target=raise_canary)
    thread.start()
    thread.join()

    (line,) = lines()
    assert (line["event"], line["level"]) == ("process.crashed", "critical")
    assert "RuntimeError: outer" in line["exception"]
