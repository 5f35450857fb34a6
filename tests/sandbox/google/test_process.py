"""`python -m sandbox.google` as the bot meets it: its own process, an environment, no way off the machine."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.google.cloud import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]

# The bot's side: application default credentials, endpoints from the environment, and a guard that ends the
# process when any thread of it looks up a name that is not this machine's.
CLIENT = """
    import asyncio, json, os, socket, ssl
    resolve = socket.getaddrinfo
    def guarded(host, *args, **kwargs):
        if host not in ("localhost", "127.0.0.1", "::1"):
            os.write(2, f"left the machine: {host}".encode())
            os._exit(9)
        return resolve(host, *args, **kwargs)
    socket.getaddrinfo = guarded
    import aiohttp, google.auth
    from google.api_core.client_options import ClientOptions
    from google.auth.aio.transport.sessions import AsyncAuthorizedSession
    from google.cloud.api_keys_v2 import ApiKeysAsyncClient
    from google.cloud.secretmanager_v1 import SecretManagerServiceAsyncClient

    def endpoint(name):
        return os.environ["GEMINI_KEY_BOT_GOOGLE__" + name]

    async def main():
        keys = ApiKeysAsyncClient(client_options=ClientOptions(api_endpoint=endpoint("APIKEYS")))
        secrets = SecretManagerServiceAsyncClient(
            client_options=ClientOptions(api_endpoint=endpoint("SECRETMANAGER")))
        parent = "projects/acme-ml-dev"
        operation = await keys.create_key(
            parent=parent + "/locations/global", key={}, key_id="gk-1", timeout=10)
        key = await operation.result(timeout=10)
        secret = await secrets.create_secret(timeout=10, request={
            "parent": parent, "secret_id": "s", "secret": {"replication": {"automatic": {}}}})
        credentials, project = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
        session = AsyncAuthorizedSession(credentials)
        answer = await session.request("GET", endpoint("APIKEYS_REST") + "/v3/" + parent)
        found = json.loads(await answer.read())
        await session.close()
        print(json.dumps([key.name, secret.name, found["projectId"], project]))
    asyncio.run(main())
"""
SETTINGS = {
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_UNIVERSE_DOMAIN",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "SSL_CERT_FILE",
    "APIKEYS",
    "APIKEYS_REST",
    "CLOUDBILLING",
    "CLOUDRESOURCEMANAGER",
    "CONSOLE",
    "GENERATIVELANGUAGE",
    "IAM",
    "MONITORING",
    "ORGPOLICY",
    "SECRETMANAGER",
    "SERVICEUSAGE",
}


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "sandbox.google", "--json", "--directory", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        yield running
        running.kill()


def environment_of(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    return dict(json.loads(process.stdout.readline()))


def test_the_real_clients_work_from_the_printed_environment_without_leaving_the_machine(
    process: subprocess.Popen[str], tmp_path: Path
) -> None:
    """gRPC, REST and credentials need these variables and nothing else; no foreign name is looked up."""
    environment = environment_of(process)
    home = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    client = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CLIENT)],
        env={**home, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert client.returncode == 0, client.stderr
    assert json.loads(client.stdout) == [
        "projects/100000000001/locations/global/keys/gk-1",
        "projects/100000000001/secrets/s",
        "acme-ml-dev",
        "acme-bot",
    ]


def test_it_prints_every_setting_keeps_its_key_private_and_ends_on_sigterm(
    process: subprocess.Popen[str],
) -> None:
    """Exit code 0; the service-account file is readable by its owner alone."""
    environment = environment_of(process)

    names = {name.removeprefix("GEMINI_KEY_BOT_GOOGLE__") for name in environment}
    assert names == SETTINGS | {"GEMINI_KEY_BOT_QUOTAS__KEY_WRITES", "GEMINI_KEY_BOT_QUOTAS__MINUTE"}
    key_file = Path(environment["GOOGLE_APPLICATION_CREDENTIALS"])
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert json.loads(key_file.read_text())["universe_domain"] == "sandbox.test"

    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=10) == 0


async def test_it_names_no_address_before_it_has_one(tmp_path: Path) -> None:
    """A bot that was given port 0 would retry for ever; the mistake shows where it is made."""
    cloud = Cloud(tmp_path, console_url="http://127.0.0.1:1")

    with pytest.raises(RuntimeError, match=r"start\(\) comes first"):
        cloud.environment()
