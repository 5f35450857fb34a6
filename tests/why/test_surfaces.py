"""Where why-403 can be asked, who may ask, and what must never come out of it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sandbox.demo.visitor import words
from sandbox.google.company import set_bot_roles
from sandbox.google.roles import BOT
from tests.why.company import CARD, answered, has

if TYPE_CHECKING:
    from tests.why.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="session")

GEMINI = "generativelanguage.googleapis.com"
DEV = "acme-ml-dev"
LEAKED = "403 Your API key was reported as leaked. Please use another API key."


async def test_the_command_answers_within_a_second(company: Company) -> None:
    """A text behind the command is answered at once by the text alone, and within a second by facts."""
    key = await company.key(DEV)
    company.project(DEV).services.pop(GEMINI)
    _, text = await company.call(key)
    before, clock = len(company.ada.whispers), asyncio.get_running_loop().time
    began = clock()

    await company.ada.command(f"/gemini-key why-403 {text}")
    said = await company.ada.until(
        lambda: _whispered(company, before, "Confirmed by what I read"), "the facts"
    )

    assert clock() - began < 1
    assert "switched off in acme-ml-dev" in said
    assert _whispered(company, before, "From the text alone: The Gemini API is switched off")


async def test_a_message_shortcut_answers_in_a_modal(company: Company) -> None:
    """Somebody else's message is explained to who asks, and nobody else sees the answer."""
    ts = await company.grace.say("C0GENERAL", f"my build says: {LEAKED}")
    company.ada.view = None

    await company.ada.why_this("C0GENERAL", ts)

    assert "found in public" in await company.answer()
    assert "found in public" not in str(await company.grace.messages("C0GENERAL"))


async def test_the_button_beside_a_key_checks_that_key(company: Company) -> None:
    """`It doesn't work` in the DM needs no text; what is wrong with the key is found by looking."""
    key = await company.key(DEV)
    company.google_key(key).message.delete_time = datetime.now(UTC)
    direct = await company.ada.direct_channel()
    dm = await company.ada.message(
        direct, lambda m: has(m, "open_secret") and key in words(m), "the DM of the key"
    )
    company.ada.view = None

    await company.ada.press("why_403_key", dm)

    said = await company.answer()
    assert "This API key does not exist" in said
    assert "Bring the key back" in said
    assert "I can't try the key itself" in said


async def test_home_offers_the_form(company: Company) -> None:
    """Home opens the paste box, and an answer can be sent to one's DM and asked for again."""
    await company.ada.open_home()
    company.ada.view = None
    await company.ada.press("why_403")
    await company.ada.until(lambda: company.ada.view, "the form")
    await company.ada.submit({"text": {"type": "plain_text_input", "value": LEAKED}})
    assert "found in public" in await company.answer()

    await company.ada.press_view("why_403_send")
    await company.ada.press_view("why_403_again")

    direct = await company.ada.direct_channel()
    await company.ada.message(direct, lambda m: "found in public" in words(m), "the answer in the DM")
    assert "found in public" in await company.answer()


async def test_the_project_of_a_stranger_is_not_looked_at(company: Company) -> None:
    """Nothing is read in a project that is nobody's here; the mismatch is said, with lines to paste."""
    await company.key(DEV)
    set_bot_roles(company.project("acme-stranger"), [BOT])  # even though Google would let the bot look
    before = len(company.town.cloud.log.after(0))
    text = (
        "403 Generative Language API has not been used in project 100000000006 before or it is disabled. "
        f"[reason: SERVICE_DISABLED service: {GEMINI} consumer: projects/100000000006]"
    )

    said = await company.ask(text)

    assert "and your key is not of that project" in said
    assert "Confirmed by what I read" in said
    assert "I can't see project `100000000006`" in said
    assert "gcloud projects describe 100000000006" in said
    made = company.town.cloud.log.after(0)[before:]
    looked = [
        c["method"] for c in made if c["request_reason"] == "why-403" and c["project"] == "acme-stranger"
    ]
    assert set(map(_short, looked)) == {"Projects/GetProject"}


async def test_what_somebody_else_read_may_be_pasted_back(company: Company) -> None:
    """The output of the lines that were handed out proves the cause, and is named as told, not as read."""
    await company.key(DEV)
    text = (
        "403 Generative Language API has not been used in project 100000000006 before or it is disabled.\n"
        '{\n  "lifecycleState": "ACTIVE",\n  "projectId": "acme-stranger"\n}\n'
        f'[\n  {{\n    "config": {{\n      "name": "{GEMINI}"\n    }},\n    "state": "DISABLED"\n  }}\n]\n'
    )

    said = await company.ask(text)

    assert "The Gemini API is switched off in 100000000006 (Confirmed by what I read)" in said


async def test_silence_of_the_key_supports_a_mismatch(company: Company) -> None:
    """An error of another service while the own key was never used: both are said."""
    await company.key(DEV)
    company.town.cloud.world.gemini_calls.clear()
    text = (
        '{"error": {"code": 403, "message": "Vertex AI API has not been used in project 100000000001.", '
        '"status": "PERMISSION_DENIED", "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", '
        '"reason": "SERVICE_DISABLED", "domain": "googleapis.com", "metadata": '
        '{"service": "aiplatform.googleapis.com", "consumer": "projects/100000000001"}}]}}'
    )

    said = await company.ask(text)

    assert "the error is from another service" in said
    assert "counts no call" in said


async def test_a_pasted_key_is_kept_nowhere(company: Company) -> None:
    """It is in no byte of Redis, no log line and no message; its owner is told, and can replace his keys."""
    key = await company.key(DEV)
    secret = company.google_key(key).key_string

    said = await company.ask(
        f"403 the key {secret} was refused: API key not valid. Please pass a valid API key."
    )

    assert "holds a credential" in said
    assert f"Replace {key}" in said
    assert secret not in said
    dumped = await asyncio.to_thread(company.everything_in_redis)
    assert "case:" in dumped
    assert secret not in dumped
    assert secret not in company.log.read_text()


async def test_a_key_that_google_echoes_is_kept_nowhere(company: Company) -> None:
    """A suspended consumer's error carries the key itself; the answer does not."""
    key = await company.key(DEV)
    company.google_key(key).suspended = True
    secret = company.google_key(key).key_string
    _, text = await company.call(key)
    assert secret in text

    said = await company.ask(text)

    assert "has suspended" in said
    assert secret not in said
    assert secret not in await asyncio.to_thread(company.everything_in_redis)


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x02" * 900,
        "{" * 2900,
        "<!channel> <https://evil.test|click> <@U0ADA> *bold* 403 PERMISSION_DENIED",
        "403 Permission denied on resource project <!everyone>.",
        "a" * 3000,
    ],
    ids=["binary", "braces", "mentions", "mention-as-project", "long"],
)
async def test_hostile_text_is_answered_or_refused_in_a_sentence(company: Company, text: str) -> None:
    """Nothing that is pasted breaks the form, wakes a channel or becomes a link."""
    await company.key(DEV)
    company.ada.view = None
    await company.ada.command("/gemini-key why-403")
    await company.ada.until(lambda: company.ada.view, "the form")
    await company.ada.submit({"text": {"type": "plain_text_input", "value": text}})

    await company.ada.until(
        lambda: company.ada.errors or answered(company.ada.view), "an answer or a sentence"
    )

    shown = str([b for b in company.ada.view["blocks"] if b["type"] in ("section", "context")])
    assert "<!everyone" not in shown
    assert "<!channel" not in shown
    assert "<https://evil" not in shown
    assert "Something went wrong" not in str(company.ada.errors)


async def test_a_guest_learns_nothing(company: Company) -> None:
    """Mallory gets a sentence and no facts."""
    before = len(company.mallory.whispers)

    await company.mallory.command(f"/gemini-key why-403 {LEAKED}", channel=CARD)

    said = await company.mallory.until(lambda: company.mallory.whispers[before:], "a refusal")
    assert "Guests can't use Gemini keys" in words(said[0])


async def test_the_offline_command_tells_no_key() -> None:
    """The offline command keeps quiet about a key as well."""
    key = "AI" + "za" + "B" * 35
    ran = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "why-403", "-", "--offline"],
        input=f"key={key} {LEAKED}",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Treat it as leaked" in ran.stdout
    assert key not in ran.stdout + ran.stderr


def _whispered(company: Company, before: int, part: str) -> str:
    return next((words(w) for w in company.ada.whispers[before:] if part in words(w)), "")


def _short(method: str) -> str:
    service, _, name = method.rpartition("/")
    return f"{service.rpartition('.')[2]}/{name}"
