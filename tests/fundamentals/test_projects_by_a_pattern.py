"""A policy that names projects by a pattern: what the bot can see of them is offered, and nothing else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.store.visible import Visible
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


async def test_a_project_is_offered_because_the_bot_can_see_it(acme: Company) -> None:
    """Nobody listed acme-ml-prod; Ada asks for a key there, and Grace gets the card."""
    acme.policy = acme.directory / "policy.toml"
    acme.policy.write_text(POLICY.read_text().partition("[[projects]]")[0] + ENTRY)
    await acme.bot()
    ada = await acme.person("U0ADA")
    for _ in range(200):
        if await Visible(acme.redis).get():
            break
        await asyncio.sleep(0.05)

    form = await offered(ada)
    assert "acme-ml-dev" in form
    assert "acme-ml-prod" in form
    assert "acme-vision" not in form

    request_id = await acme.ask(ada, project="acme-ml-prod")
    assert (await acme.request(request_id)).project_id == "acme-ml-prod"
