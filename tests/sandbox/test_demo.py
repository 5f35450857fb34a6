"""The demo: the whole story is told and holds, and a leak makes it fail."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 170
METHODS = {
    "google.cloud.resourcemanager.v3.Projects/GetProject",
    "google.api.serviceusage.v1.ServiceUsage/EnableService",
    "google.iam.admin.v1.IAM/CreateServiceAccount",
    "google.cloud.secretmanager.v1.SecretManagerService/CreateSecret",
    "google.cloud.secretmanager.v1.SecretManagerService/SetIamPolicy",
    "google.cloud.secretmanager.v1.SecretManagerService/AddSecretVersion",
    "google.cloud.secretmanager.v1.SecretManagerService/DeleteSecret",
    "google.api.apikeys.v2.ApiKeys/CreateKey",
    "google.api.apikeys.v2.ApiKeys/GetKey",
    "google.cloud.billing.v1.CloudBilling/GetProjectBillingInfo",
    "google.cloud.orgpolicy.v2.OrgPolicy/GetEffectivePolicy",
}


@pytest.fixture
def directory() -> Iterator[Path]:
    """A short path: a Unix socket's may have 100 bytes."""
    made = Path(tempfile.mkdtemp(prefix="gk-"))
    yield made
    shutil.rmtree(made)


def demo(directory: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", "demo", *arguments],
        env={**os.environ, "TMPDIR": str(directory)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_whole_story_is_told_and_every_checked_promise_holds(directory: Path) -> None:
    """Exit 0, a working key, real methods by their full names, nothing left on the disk."""
    with demo(directory, "--json") as story:
        out, err = story.communicate(timeout=LONGEST)
    assert story.returncode == 0, out[-3000:] + err
    told = json.loads(out)
    verdicts = {promise["number"]: promise["verdict"] for promise in told["promises"]}

    assert told["key_works"]
    assert not told["failure"]
    assert [n for n, verdict in verdicts.items() if verdict == "held"] == [1, 2, 3, 4, 5, 6, 11]
    assert verdicts[7] == "held in part"
    assert {call["method"] for call in told["google_calls"]} >= METHODS
    minted = [call for call in told["google_calls"] if call["method"].endswith("ApiKeys/CreateKey")]
    assert {call["door"] for call in minted} == {"REST"}
    assert all(call["for"].startswith("GK-") for call in minted)
    assert all(scene["moments"] for scene in told["scenes"])
    assert not list(directory.iterdir())


def test_a_key_in_a_log_is_found_and_the_demo_fails(directory: Path) -> None:
    """Somebody who may read the key writes it into the bot's log: promise 5 is broken, exit 1."""
    with demo(directory, "--scene", "asking", "--scene", "approval", "--scene", "secret") as story:
        assert story.stdout is not None
        address = request_id = ""
        for line in story.stdout:
            address = address or next((w for w in line.split() if w.startswith("http://127")), "")
            request_id = request_id or next((w.strip(",.*") for w in line.split() if "GK-" in w), "")
            if "Open in Secret Manager" in line:
                break
        with (next(directory.glob("gk-demo-*")) / "bot-1.log").open("a") as log:
            log.write(f"oops: {read_as_ada(address, request_id)}\n")
        rest, err = story.communicate(timeout=LONGEST)

    assert story.returncode == 1, rest + err
    assert "the text of a key is in file bot-1.log" in " ".join(rest.replace("│", " ").split())
    assert "Broken: 5" in rest
    assert "checked held" not in rest


def read_as_ada(address: str, request_id: str) -> str:
    secret = f"gemini-key-{request_id.removeprefix('GK-').lower()}"
    page = urllib.request.Request(
        f"{address}/security/secret-manager/secret/{secret}/versions/1/value",
        data=urllib.parse.urlencode({"project": "acme-vision"}).encode(),
        headers={"Cookie": "persona=U0ADA"},
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(page, timeout=10) as answer:
        body = answer.read().decode()
    return unescape(body.partition('aria-label="Secret value">')[2].partition("</pre>")[0])


def test_a_scene_that_does_not_exist_is_named() -> None:
    """A misspelt scene is an error, not an empty story that holds."""
    wrong = subprocess.run(
        [sys.executable, "-m", "sandbox", "demo", "--scene", "aproval"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert wrong.returncode == 2
    assert "no scene aproval" in wrong.stderr
