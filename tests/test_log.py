"""Whatever is logged, by whomever and however wrapped, comes out as structured lines without credentials."""

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import log

CANARY = "AI" + "za" + "SyCanary" + "0123456789" * 3


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Stone:
    """An object whose repr shows everything."""

    key: str


class Grump:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave logging as it was found, for the tests that come after."""
    hooks = sys.excepthook, threading.excepthook
    root = logging.getLogger()
    handlers, level, old = root.handlers[:], root.level, structlog.get_config()
    levels = {name: logging.getLogger(name).level for name in log.FLOORS}
    yield
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.configure(**old)


@pytest.fixture(params=[StringIO, Terminal], ids=["json", "terminal"])
def out(request: pytest.FixtureRequest) -> StringIO:
    stream: StringIO = request.param()
    log.configure(stream=stream)
    return stream


@pytest.fixture
def lines() -> Callable[[], list[dict[str, Any]]]:
    stream = StringIO()
    log.configure(stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


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


def test_libraries_write_the_same_lines(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """A record of the standard library has the same fields, and the bound context too."""
    with log.context(request="GK-1", team="T1", verb="submit"):
        logging.getLogger("docket.worker").warning("took %s", "provision")
    logging.getLogger("docket.worker").warning("later")

    first, second = lines()
    assert (first["event"], first["logger"], first["level"]) == ("took provision", "docket.worker", "warning")
    assert (first["request"], first["team"], first["verb"]) == ("GK-1", "T1", "submit")
    assert "request" not in second


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


@pytest.mark.parametrize(
    ("name", "level", "heard"),
    [
        ("slack_bolt.AsyncRequestVerification", logging.INFO, False),
        ("slack_bolt", logging.WARNING, True),
        ("google.auth.transport", logging.INFO, False),
        ("google", logging.ERROR, True),
        ("uvicorn.access", logging.INFO, False),
        ("uvicorn.error", logging.WARNING, True),
        ("uvicorn.error", logging.INFO, False),
        ("docket.worker", logging.WARNING, True),
        ("docket.worker", logging.INFO, False),
        ("grpc._cython", logging.INFO, False),
        ("slack_bolting", logging.INFO, True),
    ],
)
def test_libraries_say_no_more_than_they_should(
    lines: Callable[[], list[dict[str, Any]]], name: str, level: int, *, heard: bool
) -> None:
    """Each library has its floor, whatever level its logger is given."""
    logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger(name).log(level, "something")

    assert bool(lines()) is heard
    logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
async def test_bolt_never_logs_a_body(level: int) -> None:
    """Bolt reports a forged request with all that was in it, at a level that it copies from the root."""
    stream = StringIO()
    log.configure(stream=stream, level=level)
    app = AsyncApp(signing_secret="x", token="x")
    headers = {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=1"}

    refused = await app.async_dispatch(AsyncBoltRequest(body="text=the+whole+body", headers=headers))

    assert refused.status == 401
    assert "whole" not in stream.getvalue()


def test_debug_is_for_our_own_lines(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """Below the level nothing is written; with the level lowered, our lines come and Slack's do not."""
    structlog.get_logger().debug("hidden")
    stream = StringIO()
    log.configure(stream=stream, level=logging.DEBUG)
    structlog.get_logger().debug("shown")
    logging.getLogger("slack_sdk.web").debug("a body")

    assert lines() == []
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["shown"]


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


GOOGLE = """
import os, sys
if "early" in sys.argv:
    import google.api_core.client_logging as late
    late.initialize_logging()
from bot import log
log.configure()
import google.api_core.client_logging as client_logging
client_logging.initialize_logging()
import logging
logging.getLogger("google.cloud.apikeys_v2").debug("keyString: %s", "plain-secret-text")
logging.getLogger("google.cloud.apikeys_v2").error("still heard")
assert "GOOGLE_SDK_PYTHON_LOGGING_SCOPE" not in os.environ
"""


@pytest.mark.parametrize("when", ["early", "late"])
@pytest.mark.parametrize("scope", ["google", "google.cloud.apikeys_v2"])
def test_googles_request_log_is_switched_off_and_the_operator_told(scope: str, when: str) -> None:
    """It prints key strings; set by whomever, and even if Google's code ran first, it stays silent."""
    environment = {**os.environ, "GOOGLE_SDK_PYTHON_LOGGING_SCOPE": scope}
    ran = subprocess.run(
        [sys.executable, "-c", GOOGLE, when], env=environment, capture_output=True, text=True, check=True
    )

    events = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [line["event"] for line in events] == ["log.setting_refused", "still heard"]
    assert events[0]["setting"] == "GOOGLE_SDK_PYTHON_LOGGING_SCOPE"
    assert "plain-secret-text" not in ran.stdout


def test_a_crash_in_a_thread_is_a_line_too(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """Python would print it raw."""
    thread = threading.Thread(target=raise_canary)
    thread.start()
    thread.join()

    (line,) = lines()
    assert (line["event"], line["level"]) == ("process.crashed", "critical")
    assert "RuntimeError: outer" in line["exception"]
