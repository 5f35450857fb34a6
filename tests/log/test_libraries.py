"""What libraries log: the same lines as ours, no more than they should, and never a request's body."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import log


def test_libraries_write_the_same_lines(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """A record of the standard library has the same fields, and the bound context too."""
    with log.context(request="GK-1", team="T1", verb="submit"):
        logging.getLogger("docket.worker").warning("took %s", "provision")
    logging.getLogger("docket.worker").warning("later")

    first, second = lines()
    assert (first["event"], first["logger"], first["level"]) == ("took provision", "docket.worker", "warning")
    assert (first["request"], first["team"], first["verb"]) == ("GK-1", "T1", "submit")
    assert "request" not in second


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
