import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog

from bot import log
from tests.log.trouble import Terminal


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
