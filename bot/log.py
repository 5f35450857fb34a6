"""Write one structured line per event to stderr: JSON, or colours on a terminal, and never a credential."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

import structlog
from structlog.contextvars import bound_contextvars as context

from bot.log_redaction import redact_event
from bot.telemetry import tracing

if TYPE_CHECKING:
    from types import TracebackType

    from structlog.typing import Processor

__all__ = ["configure", "context"]

# google-api-core prints whole requests and responses, key strings included, for whoever sets this.
LEAKY = "GOOGLE_SDK_PYTHON_LOGGING_SCOPE"
# The lowest level each library may write, by the roots of its loggers' names; Bolt logs bodies at INFO.
FLOORS = {
    "slack_bolt": logging.WARNING,
    "slack_sdk": logging.WARNING,
    "google": logging.WARNING,
    "grpc": logging.WARNING,
    "urllib3": logging.WARNING,
    "asyncio": logging.WARNING,
    "aiohttp": logging.WARNING,
    "redis": logging.WARNING,
    "docket": logging.WARNING,
    "uvicorn": logging.WARNING,
    "uvicorn.access": logging.WARNING,
}

_LOG = structlog.get_logger(__name__)
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    tracing.ids,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)
# One list for ever: loggers that have cached it follow when the log is configured again.
_CHAIN: list[Processor] = [*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]


def configure(*, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Set up structlog and the standard library's logging as one log on `stream` (default: stderr).

    Call it before the first Google client is imported. `level` holds for the bot; libraries have `FLOORS`.
    """
    out = sys.stderr if stream is None else stream
    leaky = os.environ.pop(LEAKY, "")
    structlog.configure(
        processors=_CHAIN,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(_Handler(out))
    root.setLevel(level)
    for name, floor in FLOORS.items():
        _calm(name, max(floor, level))
    logging.captureWarnings(capture=True)
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed
    if leaky:
        _calm(leaky, logging.WARNING)
        _LOG.warning("log.setting_refused", setting=LEAKY, why="it prints key strings")


def _calm(name: str, level: int) -> None:
    """Set a library's level, and take away handlers that it, or Google's own set-up, gave its logger."""
    logger = logging.getLogger(name)
    for own in logger.handlers[:]:
        logger.removeHandler(own)
    logger.setLevel(level)
    logger.propagate = True


class _Handler(logging.StreamHandler[TextIO]):
    """Render, redact and write; a line that cannot be rendered is named but not shown."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=_SHARED,
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,  # as text, so that it can be redacted; never locals
                    redact_event,
                    _renderer(stream),
                ],
            )
        )

    def filter(self, record: logging.LogRecord) -> bool:
        """Hold libraries to their floors: Bolt copies the root's level to each logger it makes."""
        name = record.name
        while name and name not in FLOORS:
            name = name.rpartition(".")[0]
        return record.levelno >= FLOORS.get(name, logging.NOTSET) and bool(super().filter(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Replace logging's report, which prints the raw message and arguments."""
        kind = getattr(sys.exc_info()[0], "__name__", "unknown")
        line = json.dumps({"event": "log.line_lost", "logger": record.name, "error": kind})
        with suppress(OSError, ValueError):  # the stream itself may be what broke
            self.stream.write(line + "\n")


def _renderer(stream: TextIO) -> Processor:
    if stream.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer()


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        _LOG.critical("process.crashed", exc_info=(kind, error, trace))


def _thread_crashed(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _crashed(args.exc_type, args.exc_value, args.exc_traceback)
