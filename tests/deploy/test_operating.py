"""docs/operating.md, done as it stands there."""

from __future__ import annotations

import asyncio
import re
import shutil
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bot.domain.audit import Event
from bot.errors import NotFound
from bot.store.redis import connect
from bot.store.requests import Requests
from tests.deploy.dockerfile import ROOT
from tests.support.command import command as run
from tests.support.company import POLICY
from tests.support.people import ADA, NOW, TEAM, pending
from tests.support.redis_server import redis_server

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


PAGES = [ROOT / "docs" / name for name in ("operating.md", "scaling.md")]


async def test_a_backup_taken_under_load_is_whole(tmp_path: Path) -> None:
    """What was written before the copy is in it, with an audit that verifies; what came later is named."""
    with redis_server() as old:
        client = connect(old.url)
        requests, numbers = Requests(client, lambda: "nonce"), count()
        await ask(requests, "GK-FRST")
        busy = asyncio.create_task(load(requests, numbers))
        await asyncio.sleep(0.05)

        await client.config_set("auto-aof-rewrite-percentage", "0")
        while (await client.info("persistence"))["aof_rewrite_in_progress"]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)
        await asyncio.to_thread(shutil.copytree, old.directory / "appendonlydir", tmp_path / "backup")
        await client.config_set("auto-aof-rewrite-percentage", "100")

        busy.cancel()
        await ask(requests, "GK-LATE")
        export = tmp_path / "audit.jsonl"
        told = await command(old.url, "audit", "export", str(export))
        assert told.returncode == 0, told.stderr
        shown = await command(old.url, "audit", "export", "-")
        assert shown.stdout.startswith(export.read_text(encoding="utf-8"))
        assert '"verb":"request"' in shown.stdout, "what the page greps for is spelt so"
        await client.aclose()

    with redis_server() as new:
        new.kill()
        shutil.rmtree(new.directory / "appendonlydir")
        await asyncio.to_thread(shutil.copytree, tmp_path / "backup", new.directory / "appendonlydir")
        new.start()
        client = connect(new.url)
        restored = Requests(client, lambda: "nonce")
        assert (await restored.get(TEAM, "GK-FRST")).id == "GK-FRST"
        assert next(numbers) > 0, "there was load"
        with pytest.raises(NotFound):
            await restored.get(TEAM, "GK-LATE")
        await client.aclose()

        alone = await command(new.url, "audit", "verify")
        assert alone.returncode == 0, alone.stderr
        compared = await command(new.url, "audit", "verify", str(export))
        assert compared.returncode == 1
        assert "were exported" in compared.stderr, "the export has events that the backup has not"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_of_instructions_names_exists(page: Path) -> None:
    """Tests, settings, metrics and commands that the page speaks of are there."""
    text = page.read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))

    for path, _, test in re.findall(r"`(tests/[\w/]+\.py)(::(\w+))?`", text):
        assert (ROOT / path).exists(), path
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8") or not test, test
    for name in re.findall(r"GEMINI_KEY_BOT_(\w+)", text):
        for part in name.lower().split("__"):  # a group of settings, then one of the group
            assert f"    {part}:" in sources, name
    for name in re.findall(r"gemini_key_bot_(\w+)", text):
        assert f'"{name}"' in sources, name
    for verb in re.findall(r"`gemini-key-bot ([a-z-]+)", text):
        assert re.search(rf'"{verb}"|def {verb.replace("-", "_")}\(|def {verb}\b', sources), verb


async def ask(requests: Requests, request_id: str) -> None:
    """Write one request down."""
    event = Event(at=NOW, by=ADA.user_id, verb="request")
    assert await requests.add(replace(pending(), id=request_id), event, once="")


async def load(requests: Requests, numbers: count[int]) -> None:
    """Keep the server writing."""
    while True:
        await ask(requests, f"GK-L{next(numbers):05d}")


async def command(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the bot's own command against a Redis."""
    settings = {"REDIS_URL": url, "GEMINI_KEY_BOT_POLICY_FILE": str(POLICY)}
    return await run(settings, *arguments)
