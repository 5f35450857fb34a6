"""When it cannot be said whether a request is a replay, nothing passes, and the person who typed is told."""

from __future__ import annotations

import json
import time

import pytest
from structlog.testing import capture_logs

from bot.errors import Unavailable
from tests.handlers.guard.door import (
    HOME,
    JSON,
    World,
    command,
    refused,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

BROKEN = pytest.mark.parametrize(
    "error", [Unavailable("Redis is away"), OSError("reset"), RuntimeError("odd")]
)
INPUT = {"type": "input", "block_id": "project"}


@BROKEN
async def test_without_its_memory_the_guard_lets_nothing_pass(world: World, error: Exception) -> None:
    """A replay that cannot be checked is refused with 503, so that Slack may try again."""
    world.memory.broken = error
    with capture_logs() as logs:
        reply = await world.post(HOME, JSON)

    await refused(world, reply, 503, "replay-check-failed", logs)
    assert logs[0]["error"] == type(error).__name__


@BROKEN
async def test_without_its_memory_the_guard_tells_the_person_who_typed(
    world: World, error: Exception
) -> None:
    """A command is answered to its author alone, with the log's reference, and goes no further."""
    world.memory.broken = error
    with capture_logs() as logs:
        reply = await world.post(command())

    said = json.loads(reply.text)
    assert (reply.status, said["response_type"]) == (200, "ephemeral")
    assert reply.headers["Content-Type"] == "application/json"
    assert said["text"].endswith(f"Reference {logs[0]['reference']}.")
    assert logs[0]["error"] == type(error).__name__
    assert world.heard == []
    assert world.at_bolt == []


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ({"blocks": [{"type": "section"}, INPUT]}, ["errors", "project"]),
        ({"blocks": [{"type": "section"}]}, ["update", "Reference"]),
        ({}, ["update", "Reference"]),
        (None, ["update", "Reference"]),
    ],
)
async def test_without_its_memory_the_guard_tells_it_in_the_form(
    world: World, view: object, shown: list[str]
) -> None:
    """A form shows the sentence at its first field, beside what was typed; one without fields is replaced."""
    world.memory.broken = OSError("reset")
    payload = json.dumps({"type": "view_submission", "user": {"id": "U0ADA"}, "view": view})

    reply = await world.post({"payload": payload})

    said = json.loads(reply.text)
    assert reply.status == 200
    assert said["response_action"] == shown[0]
    assert shown[1] in reply.text
    assert world.heard == []


async def test_a_button_cannot_show_a_sentence_in_its_ack(world: World) -> None:
    """A click gets 503, which Slack shows beside the button: an ack would look like success."""
    world.memory.broken = OSError("reset")
    payload = json.dumps({"type": "block_actions", "user": {"id": "U0ADA"}, "actions": []})

    assert (await world.post({"payload": payload})).status == 503
    assert world.heard == []


async def test_a_silent_memory_is_given_up_within_slacks_patience(world: World) -> None:
    """Slack waits 3 s; a Redis that hangs is answered for before that, and nothing passes."""
    world.memory.hangs = True
    start = time.monotonic()

    reply = await world.post(command())

    assert "Reference" in reply.text
    assert time.monotonic() - start < 3
    assert world.heard == []
