"""Each check that the demo makes of a promise can fail."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from google.cloud.api_keys_v2.types import Key
from google.cloud.secretmanager_v1.types import Secret as SecretMessage
from google.cloud.secretmanager_v1.types import SecretVersion as VersionMessage

from sandbox.demo import haystack, open_sockets
from sandbox.demo.holdings import Thing
from sandbox.demo.lookout.sitecustomize import NOTES, is_here
from sandbox.demo.printing import Silence
from sandbox.demo.promises import Broken, audited, no_orphan, one_decision, one_key
from sandbox.demo.stage import LOOKOUT, Stage
from sandbox.demo.transcript import Transcript, visible
from sandbox.google.clock import utc_now
from sandbox.google.state import ApiKey, Secret, SecretVersion

if TYPE_CHECKING:
    from collections.abc import Iterator

OFF_THE_MACHINE = "192.0.2.1"  # RFC 5737: belongs to nobody


@pytest.fixture
def directory() -> Iterator[Path]:
    """A short path: a Unix socket's may have 100 bytes."""
    made = Path(tempfile.mkdtemp(prefix="gk-"))
    yield made
    shutil.rmtree(made)


def chain(*events: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Write an audit as the bot does."""
    entries, link = [], ""
    for n, event in enumerate(events, start=1):
        digest = hashlib.sha256(event.encode()).hexdigest()
        link = hashlib.sha1((link + digest).encode()).hexdigest()
        entries.append({"n": str(n), "event": event, "digest": digest, "link": link})
    return entries, {"n": str(len(events)), "link": link}


def test_an_audit_as_it_was_written_is_whole() -> None:
    """The chain of three events verifies."""
    audited.verify_chain(*chain("a", "b", "c"))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_changed_event_breaks_the_audit(place: int) -> None:
    """Whichever event is changed, also with a digest that fits, the audit is broken."""
    entries, head = chain("a", "b", "c")
    entries[place]["event"] = "x"
    with pytest.raises(Broken, match="changed"):
        audited.verify_chain(entries, head)
    entries[place]["digest"] = hashlib.sha256(b"x").hexdigest()
    with pytest.raises(Broken, match="chain"):
        audited.verify_chain(entries, head)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_lost_event_breaks_the_audit(place: int) -> None:
    """Whichever event is taken out, also the last one, the audit is broken."""
    entries, head = chain("a", "b", "c")
    del entries[place]
    with pytest.raises(Broken):
        audited.verify_chain(entries, head)


def event(verb: str, by: str) -> dict[str, Any]:
    return {"request": "GK-AAAA", "verb": verb, "by": by}


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([event("request", "U0ADA")], "no approval"),
        ([event("request", "U0ADA"), event("approve", "U0ALAN")], "another approver"),
        ([event("request", "U0GRACE"), event("approve", "U0GRACE")], "by the person who asked"),
    ],
)
def test_a_key_without_its_approval_breaks_the_audit(events: list[dict[str, Any]], why: str) -> None:
    """Nobody's, somebody else's and one's own approval are all none."""
    with pytest.raises(Broken, match=why):
        audited.check_approval(events, "GK-AAAA", "U0GRACE")


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
def test_a_text_is_found_in_every_alphabet_and_place(before: str) -> None:
    """Plain, hex and base64 are found wherever the text begins; another text is not."""
    text, other = "a-text_that-nobody_may-see", "a-text_that-anybody_may-see"
    raw = f"{before}{text} and more".encode()
    for spelt in (raw, raw.hex().encode(), base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
        assert haystack.places({"here": spelt}, [text]) == ["here"]
        assert not haystack.places({"here": spelt}, [other])


@pytest.mark.parametrize(
    "act",
    [
        f"socket.create_connection(('{OFF_THE_MACHINE}', 9), timeout=1)",
        "socket.getaddrinfo('gemini.test', 443)",
        f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('{OFF_THE_MACHINE}', 9))",
        "run(lambda loop: loop.getaddrinfo('gemini.test', 443))",
        f"run(lambda loop: loop.create_connection(asyncio.Protocol, '{OFF_THE_MACHINE}', 9))",
    ],
)
def test_a_process_cannot_leave_the_machine_unnoticed(directory: Path, act: str) -> None:
    """Look-ups and connections of Python and uvloop are refused before they happen, and noted."""
    notes = directory / "addresses.txt"
    code = f"""
import asyncio, socket, uvloop
def run(use):
    async def main():
        await use(asyncio.get_running_loop())
    uvloop.run(main())
{act}
"""
    environment = {**os.environ, "PYTHONPATH": str(LOOKOUT), NOTES: str(notes)}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert "PermissionError" in ended.stderr
    noted = [line.split(" ", 2)[2] for line in notes.read_text().splitlines()]
    assert not all(is_here(host) for host in noted)


async def test_open_sockets_are_seen_whoever_opened_them() -> None:
    """A connection on loopback shows in /proc; an address elsewhere would be called a stranger."""
    if sys.platform != "linux":
        pytest.skip("open sockets are read from /proc, which only Linux has")
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        seen = open_sockets.addresses_of(os.getpid())
        writer.close()
        await writer.wait_closed()
    assert "127.0.0.1" in seen
    sockets = open_sockets.OpenSockets(list)
    sockets.seen = {*seen, *(host for host, _ in open_sockets.ends("010200C0:01BB", "00000000:0000"))}
    assert OFF_THE_MACHINE in sockets.strangers()
    assert "127.0.0.1" not in sockets.strangers()
    assert "0.0.0.0" not in sockets.strangers()


def test_nothing_hides_in_the_transcript() -> None:
    """Characters that turn the reading direction are shown by their number."""
    assert visible("yes\u202eno\n") == "yes⟨U+202E⟩no"


@pytest.fixture
async def stage(directory: Path) -> Any:
    """A stage on which nobody has played: a cloud's state, and a real Redis that knows one live request."""
    stage = Stage(directory)
    async with stage.redis:
        await stage.redis.client.zadd("gk:{T0ACME}:live", {"GK-AAAA": 1})
        record = json.dumps({"requester": {"email": "ada@acme.test"}})
        await stage.redis.client.hset("gk:{T0ACME}:request:GK-AAAA", "json", record)
        yield stage
        stage.town.close()


def mint(stage: Stage, name: str, request: str = "T0ACME/GK-AAAA") -> ApiKey:
    text = f"the text of {name}"
    key = ApiKey(name, Key(annotations={"gemini-key-bot-request": request}), text, utc_now())
    stage.town.cloud.world.projects["acme-vision"].keys[name] = key
    return key


def keep(stage: Stage, name: str, payload: str, member: str = "user:ada@acme.test") -> Secret:
    annotations = {"gemini-key-bot-request": "T0ACME/GK-AAAA"}
    enabled = VersionMessage(state=VersionMessage.State.ENABLED)
    secret = Secret(
        name, SecretMessage(annotations=annotations), {1: SecretVersion(enabled, payload.encode())}
    )
    binding = secret.policy.bindings.add(role="roles/secretmanager.secretAccessor", members=[member])
    binding.condition.expression = 'request.time < timestamp("2026-12-01T00:00:00Z")'
    stage.town.cloud.world.projects["acme-vision"].secrets[name] = secret
    return secret


TRANSCRIPT = Transcript(Silence())


async def test_one_key_in_one_secret_holds(stage: Stage) -> None:
    """What the bot makes passes both checks of Google's state."""
    keep(stage, "s", mint(stage, "k").key_string)
    assert "1 live requests" in await one_key.check_one_key(stage, TRANSCRIPT)
    assert "1 keys, 1 secrets and 1 bindings" in await no_orphan.check_no_orphan(stage, TRANSCRIPT)


async def test_a_second_key_for_a_request_is_seen(stage: Stage) -> None:
    """Two keys of one request break promise 1."""
    keep(stage, "s", mint(stage, "k").key_string)
    mint(stage, "k2")
    with pytest.raises(Broken, match="GK-AAAA has 2 keys"):
        await one_key.check_one_key(stage, TRANSCRIPT)


async def test_a_secret_that_holds_no_living_key_is_seen(stage: Stage) -> None:
    """A secret whose key was never made, or is gone, breaks promise 1."""
    mint(stage, "k")
    keep(stage, "s", "something else")
    with pytest.raises(Broken, match="no key that lives"):
        await one_key.check_one_key(stage, TRANSCRIPT)


async def test_an_orphan_is_seen(stage: Stage) -> None:
    """A key of a request that has none, or of nobody, breaks promise 2."""
    for owner in ("T0ACME/GK-BBBB", "T0OTHER/GK-AAAA", ""):
        mint(stage, "k", owner)
        with pytest.raises(Broken, match="belongs to no live request"):
            await no_orphan.check_no_orphan(stage, TRANSCRIPT)


async def test_a_binding_for_somebody_else_or_for_ever_is_seen(stage: Stage) -> None:
    """Only the requester may read, and only until a time."""
    keep(stage, "s", mint(stage, "k").key_string, member="user:mallory@elsewhere.test")
    with pytest.raises(Broken, match="lets user:mallory"):
        await no_orphan.check_no_orphan(stage, TRANSCRIPT)
    with pytest.raises(Broken, match="no end"):
        no_orphan.check_binding(Thing("binding", "p", "s: role", "GK-AAAA", "user:a"), "a")


async def test_a_changed_project_policy_is_seen(stage: Stage) -> None:
    """Rights are given on one secret; a project's own policy stays as it was."""
    keep(stage, "s", mint(stage, "k").key_string)
    stage.town.cloud.world.projects["acme-vision"].policy.bindings.add(role="roles/viewer", members=["x"])
    with pytest.raises(Broken, match="policy was changed"):
        await no_orphan.check_no_orphan(stage, TRANSCRIPT)


async def test_a_request_that_was_decided_twice_is_seen(stage: Stage) -> None:
    """An approval and a denial of the same request break promise 4."""
    for verb in ("approve", "deny"):
        await stage.redis.client.xadd("gk:{T0ACME}:audit", {"event": json.dumps(event(verb, "U0GRACE"))})
    with pytest.raises(Broken, match="decided 2 times"):
        await one_decision.check_one_decision(stage, TRANSCRIPT)
