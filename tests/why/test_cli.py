"""`gemini-key-bot why-403` on a machine with Google credentials, and on one without."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from bot.cli.why import has_credentials

if TYPE_CHECKING:
    from pathlib import Path

    from tests.why.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="session")

DEV, GEMINI = "acme-ml-dev", "generativelanguage.googleapis.com"
OURS = ("GOOGLE_", "GEMINI_KEY_BOT_", "GRPC_", "SSL_")


async def run(company: Company, text: str, *options: str) -> dict[str, Any]:
    given = {n: v for n, v in company.town.environment().items() if n.startswith(OURS)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "why-403", "-", "--json", *options),
        env={**os.environ, **given},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(text.encode())
    assert process.returncode == 0
    answer: dict[str, Any] = json.loads(out)
    return answer


async def test_facts_are_read_with_the_credentials_of_the_machine(company: Company) -> None:
    """Online confirms what offline calls likely, in the promised shape."""
    key = await company.key(DEV)
    company.project(DEV).services.pop(GEMINI)
    _, text = await company.call(key)

    online, offline = await run(company, text), await run(company, text, "--offline")

    assert list(online) == ["parsed", "findings"]
    assert (online["findings"][0]["cause"], online["findings"][0]["sure"]) == (
        "service-disabled",
        "confirmed",
    )
    assert (offline["findings"][0]["cause"], offline["findings"][0]["sure"]) == ("service-disabled", "likely")


async def test_a_key_in_the_text_is_looked_up_in_memory(company: Company) -> None:
    """The key that was pasted is found at Google, its restriction is read, and its text is not printed."""
    key = await company.key(DEV)
    company.google_key(key).message.restrictions.api_targets[0].service = "aiplatform.googleapis.com"
    secret = company.google_key(key).key_string
    _, text = await company.call(key)

    answer = await run(company, f"{text}\nkey was {secret}")

    assert (answer["findings"][0]["cause"], answer["findings"][0]["sure"]) == (
        "key-service-blocked",
        "confirmed",
    )
    assert secret not in json.dumps(answer)


async def test_without_credentials_nobody_is_asked(tmp_path: Path) -> None:
    """No file and no variable means no credentials; a metadata server is not looked for."""
    assert not has_credentials({"HOME": str(tmp_path)})
    assert has_credentials({"GOOGLE_APPLICATION_CREDENTIALS": "key.json"})
    well_known = tmp_path / ".config" / "gcloud" / "application_default_credentials.json"
    well_known.parent.mkdir(parents=True)
    well_known.write_text("{}")
    assert has_credentials({"HOME": str(tmp_path)})
