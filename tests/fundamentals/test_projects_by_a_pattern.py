"""A policy that names projects by a pattern: what the bot can see of them is offered, and nothing else."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

from bot.domain.key_request import State
from bot.store.visible import Visible
from bot.wiring import utc_now
from sandbox.demo.visitor import words
from tests.support.company import POLICY, Company

if TYPE_CHECKING:
    from sandbox.demo.visitor import Visitor

ENTRY = '[[projects]]\nid = "acme-ml-*"\nenvironments = ["dev"]\n'


async def offered(who: Visitor) -> str:
    """Read the form."""
    await who.command("/gemini-key request")
    form = words(await who.until(lambda: who.view, "the form"))
    await who.close()
    return form


async def reconciled(acme: Company, redis_url: str, **beside: str) -> tuple[int | None, str]:
    """Run `gemini-key-bot reconcile --apply` as an operator does; returns its exit code and all it said."""
    town = {name: value for name, value in acme.town.environment().items() if not name.startswith("SLACK_")}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "reconcile", "--apply"),
        env={
            **os.environ,
            **town,
            "REDIS_URL": redis_url,
            "GEMINI_KEY_BOT_POLICY_FILE": str(acme.policy),
            **beside,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await running.communicate()
    return running.returncode, said.decode()


async def test_a_project_is_offered_because_the_bot_can_see_it(acme: Company) -> None:
    """Nobody listed acme-ml-prod; Ada asks for a key there, and Grace gets the card."""
    acme.policy = acme.directory / "policy.toml"
    acme.policy.write_text(POLICY.read_text().partition("[[projects]]")[0] + ENTRY)
    await acme.bot()
    ada = await acme.person("U0ADA")
    for _ in range(200):
        if await Visible(acme.redis, utc_now).get():
            break
        await asyncio.sleep(0.05)

    form = await offered(ada)
    assert "acme-ml-dev" in form
    assert "acme-ml-prod" in form
    assert "acme-vision" not in form

    request_id = await acme.ask(ada, project="acme-ml-prod")
    assert (await acme.request(request_id)).project_id == "acme-ml-prod"


async def test_a_lost_redis_comes_back_from_projects_that_only_a_pattern_names(
    acme: Company, redis_url: str
) -> None:
    """Redis knew which projects there are; Google does, too, and when it can't say, that is told."""
    acme.policy = acme.directory / "policy.toml"
    acme.policy.write_text(POLICY.read_text().partition("[[projects]]")[0] + ENTRY)
    bot = await acme.bot()
    for _ in range(200):
        if await Visible(acme.redis, utc_now).get():
            break
        await asyncio.sleep(0.05)
    request_id = await acme.holding(await acme.person("U0ADA"), await acme.person("U0GRACE"))
    await bot.stop()
    await acme.redis.flushall()

    nobody = {
        "GEMINI_KEY_BOT_GOOGLE__CLOUDRESOURCEMANAGER": "127.0.0.1:9",
        "GEMINI_KEY_BOT_WAITS__CALL": "1",
    }
    code, said = await reconciled(acme, redis_url, **nobody)
    assert (code, "unreadable-project" in said) == (1, True), said

    code, said = await reconciled(acme, redis_url)
    assert (code, "1 repaired" in said) == (0, True), said
    assert (await acme.request(request_id)).state is State.ACTIVE
