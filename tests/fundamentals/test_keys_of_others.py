"""Keys that were made elsewhere: approvers see them with their risks, nobody else, and nothing is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.demo.visitor import words
from tests.support.company import APPROVALS, Company, has_button, shows

if TYPE_CHECKING:
    from sandbox.demo.visitor import Visitor


async def test_approvers_see_every_key_of_a_project(acme: Company) -> None:
    """Our key is fine; a key from the console is bound to nobody and opens everything."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await acme.ask(ada)
    await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))
    direct = await ada.direct_channel()
    await ada.message(direct, lambda m: has_button(m, "open_secret"), "the link to the key")
    acme.key_from_the_console("browser key of ada@acme.test")

    await grace.command("/gemini-key admin migrate acme-ml-dev")
    told = words(await whisper(grace, "bound and restricted"))

    assert "1 of 2 keys" in told
    theirs, ours = told.index("browser key"), told.index(request_id)
    assert theirs < ours, "the riskiest comes first"
    assert "ada@acme.test" in told[theirs:ours]
    assert "opens every API" in told[theirs:ours]
    assert "bound to nobody" in told[theirs:ours]
    assert "⚠️" not in told[ours:]
    assert len(acme.live_keys()) == 2, "looking changes nothing"

    # Ada is no approver, and a project that the policy does not name is nobody's to look at.
    await ada.command("/gemini-key admin migrate acme-ml-dev")
    await grace.command("/gemini-key admin migrate acme-bot")
    await whisper(grace, "Name a project from the policy")
    assert not any("bound and restricted" in words(said) for said in ada.whispers)


async def whisper(who: Visitor, text: str) -> dict[str, object]:
    """Wait for something that only this person is shown."""
    return await who.until(lambda: next((m for m in who.whispers if text in words(m)), None), text)
