"""`/gemini-key`: every word it knows, and every word it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.slack_side import ADA, GRACE, MALLORY, PURPOSE

if TYPE_CHECKING:
    from tests.support.slack_side import SlackSide


@pytest.mark.parametrize("text", ["", "help", "HELP", "  help  ", "help me please"])
async def test_help_lists_the_words(side: SlackSide, text: str) -> None:
    """Help comes to whoever types nothing or help, and only to him."""
    answer = await side.command(ADA, text)

    assert answer.status == 200
    assert answer.json["response_type"] == "ephemeral"
    for word in ("request", "list", "show", "withdraw", "help"):
        assert f"/gemini-key {word}" in answer.body


@pytest.mark.parametrize(
    ("typed", "meant"), [("reqest", "request"), ("lst", "list"), ("withdrw GK-7F3K", "withdraw")]
)
async def test_a_misspelt_word_is_guessed(side: SlackSide, typed: str, meant: str) -> None:
    """A near miss is answered with what was probably meant."""
    said = (await side.command(ADA, typed)).json["text"]

    assert "I don't know" in said
    assert f"Did you mean `{meant}`?" in said


HOSTILE = {
    "a mention of everyone": "<!channel> <@U0GRACE> <http://x.test|click>",
    "right to left": "\u202eevorppa\u202c approve",
    "fences": "```` `x` ``` *bold* ~~",
    "three thousand characters": "x" * 3_100,
    "long words": "request-" * 500,
    "emoji": "🔑🔥👨‍👩‍👧‍👦" * 50,
    "nothing visible": "\u200b\u2060\ufeff",
    "controls": "\x00\x07\x1b[31m",
    "half a surrogate": "\\ud800",
    "templates": "{id} {0} {words.__class__} %s %(id)s",
    "the word payload": "why payload too large",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_whatever_is_typed_is_answered_in_words(side: SlackSide, text: str) -> None:
    """No text breaks the command, none keeps Slack's marks alive or turns the reading order."""
    answer = await side.command(ADA, text)

    assert answer.status == 200
    said = answer.json["text"]
    assert said.startswith("I don't know")
    assert len(answer.body) < 3_000
    assert not {"<!channel>", "<@U0GRACE>", "<http://x.test|click>"} & set(said.split("`"))
    assert "<!channel>" not in answer.body
    assert "\u202e" not in said


async def test_a_command_without_a_text_is_help(side: SlackSide) -> None:
    """Slack leaves the field out or empty; both are help."""
    assert "/gemini-key request" in (await side.command(ADA, "", text=None)).body


async def test_request_opens_the_form(side: SlackSide) -> None:
    """The form is open when Slack gets its ack, and the ack says nothing."""
    answer = await side.command(ADA, "request")

    assert (answer.status, answer.body) == (200, "")
    view = side.view(ADA)
    assert view is not None
    assert view["callback_id"] == "request_key"


async def test_request_with_a_project_chooses_it(side: SlackSide) -> None:
    """A project typed with the command stands in the form, with its first environment."""
    await side.command(ADA, "request acme-ml-prod")

    view = side.view(ADA)
    assert view is not None
    chosen = {
        b["block_id"]: b["element"].get("initial_option") for b in view["blocks"] if b["type"] == "input"
    }
    assert chosen["project"]["value"] == "acme-ml-prod"
    assert chosen["environment"]["value"] == "prod"


async def test_request_for_what_waits_already_says_so(side: SlackSide) -> None:
    """Asking a second time for the same project names the request that waits, and opens nothing new."""
    request = await side.ask()
    side.slack.team.views.clear(ADA)

    answer = await side.command(ADA, "request acme-ml-dev")

    assert answer.json["text"] == f"You already have {request.id} waiting for acme-ml-dev."
    assert side.view(ADA) is None


async def test_list_shows_ones_own(side: SlackSide) -> None:
    """Each person's list has that person's requests and no other's."""
    assert "You have no requests yet" in (await side.command(ADA, "list")).body
    request = await side.ask()

    assert request.id in (await side.command(ADA, "list")).body
    assert request.id not in (await side.command(GRACE, "list")).body


async def test_show_is_for_the_requester_and_the_approvers(side: SlackSide) -> None:
    """The purpose is shown to who asked and to who decides; others hear that they may not."""
    request = await side.ask()

    assert PURPOSE in (await side.command(ADA, f"show {request.id.lower()}")).body
    assert PURPOSE in (await side.command(GRACE, f"show `{request.id}`")).body
    refused = await side.command(MALLORY, f"show {request.id}")
    assert refused.status == 200
    assert PURPOSE not in refused.body
    assert "Guests can't use Gemini keys" in refused.json["text"]


@pytest.mark.parametrize(
    "typed",
    [
        "show {}.",
        "“show” “{}”",
        "show\u00a0{}",
        "Show: *{}*",
        "show\n{}",
        "show '{}'",
        "show \u2018{}\u2019,",
        "show ({})",
        "«\u00a0show\u00a0» {}",
        "show «\u202f{}\u202f»",
        "show 「{}」。",
        "show \uff08{}\uff09\u2026",
    ],
)
async def test_what_phones_and_sentences_add_is_not_meant(side: SlackSide, typed: str) -> None:
    """Quotes, stops, marks and odd spaces around a word or an id are no part of it, nor is the dash."""
    request = await side.ask()

    for name in (request.id, request.id.lower(), request.id.replace("-", "\u2013")):
        answer = await side.command(ADA, typed.format(name))
        assert answer.json["text"].startswith(f"*{request.id}*"), answer


@pytest.mark.parametrize("word", ["show", "withdraw"])
async def test_a_word_that_needs_an_id_says_so(side: SlackSide, word: str) -> None:
    """Without an id, or with nonsense for one, the person is shown how an id looks."""
    for typed in (word, f"{word} it", f"{word} GK-0000", f"{word} ../../etc"):
        assert "Name the request, for example `GK-7F3K`" in (await side.command(ADA, typed)).json["text"]
    assert (await side.command(ADA, f"{word} GK-2222")).json["text"] == "I don't know GK-2222."


async def test_withdraw_takes_ones_own_back(side: SlackSide) -> None:
    """The requester withdraws by command; nobody else does."""
    request = await side.ask()

    refused = await side.command(GRACE, f"withdraw {request.id}")
    assert "Only the person who asked" in refused.json["text"]
    assert "You withdrew" in (await side.command(ADA, f"withdraw {request.id}")).json["text"]
    late = await side.command(ADA, f"withdraw {request.id}")
    assert late.json["text"] == f"Ada Lovelace has withdrawn {request.id}."


async def test_an_unknown_word_of_admins_is_named(side: SlackSide) -> None:
    """A misspelt word is named above the words that there are; `help` is none."""
    wrong, asked = await side.command(GRACE, "admin overdue"), await side.command(GRACE, "admin help")

    assert wrong.json["text"] == "I don't know `overdue`. This is what I know:"
    assert asked.json["text"] == "For approvers and admins:"
    for answer in (wrong, asked):
        assert "/gemini-key admin pending" in answer.body


async def test_adopt_asks_for_a_project_by_its_own_word(side: SlackSide) -> None:
    """An approver, too, reads the word that was typed, not another one."""
    answer = await side.command(GRACE, "adopt")

    assert answer.json["text"] == "Name the project, for example `/gemini-key adopt my-project`."
