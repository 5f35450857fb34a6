"""What `/gemini-key` can do, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.surfaces.blocks import Block, actions, button, context, section
from handlers.surfaces.text import cut, escape

if TYPE_CHECKING:
    from bot.languages.words import Words

REQUEST_KEY, WHY = "request_key", "why_403"
LONGEST_WORD = 40


def build(words: Words, lead: str = "") -> tuple[str, list[Block]]:
    """Say what the bot is for and which words it knows; `lead` comes first."""
    text = lead or words(
        "I give you a Gemini key: you ask, an approver clicks, the key waits in Secret Manager."
    )
    commands = [
        ("request [project]", words("ask for a key")),
        ("list", words("your requests and keys")),
        ("show GK-…", words("one request, step by step")),
        ("withdraw GK-…", words("take a request back")),
        ("renew GK-…", words("let a key live longer")),
        ("rotate GK-…", words("a new key, while the old one still works")),
        ("revoke GK-…", words("take a key away now")),
        ("leak GK-…", words("replace a leaked key at once")),
        ("away until 2026-12-01 @deputy", words("an approver's stand-in until then")),
        ("why-403 [error]", words("why a call fails, and the fix; without an error I check your keys")),
        ("usage GK-… [30]", words("how a key was used, by day and outcome")),
        ("compare", words("which kind of access you need, by three questions")),
        ("adopt PROJECT", words("old keys of yours: say that they are yours, or replace them")),
        ("setup new", words("a new project for keys, where your company's policy lets me make one")),
        ("admin", words("what approvers and admins can do beside this")),
        ("help", words("this list")),
    ]
    lines = _lines(commands)
    return text, [
        section(text),
        section(lines),
        actions(
            "help",
            button(REQUEST_KEY, words("Request a key"), style="primary"),
            button(WHY, words("Why does it fail?")),
        ),
        context(words("The same is on my Home tab.")),
    ]


def admin(words: Words, lead: str = "") -> tuple[str, list[Block]]:
    """Say which words approvers and admins have beside these; `lead` comes first."""
    text = lead or words("For approvers and admins:")
    commands = [
        ("setup PROJECT", words("what a project lacks, and buttons that mend it")),
        ("keys", words("live keys, next to end first")),
        ("pending", words("undecided requests, longest waiting first")),
        ("find GK-… | @person | project", words("a request, or all of a person or in a project")),
        ("pause [reason]", words("stop the making of keys; approvals are kept, revoking goes on")),
        ("resume", words("make keys again")),
        ("migrate project", words("all keys of a project, whoever made them, and their risks")),
        ("offboard @person [to @owner]", words("close requests, hand keys over or revoke them")),
    ]
    lines = _lines([(f"admin {command}", what) for command, what in commands])
    return text, [section(text), section(lines)]


def _lines(commands: list[tuple[str, str]]) -> str:
    return "\n".join(f"`/gemini-key {command}`  {what}" for command, what in commands)


def unknown(words: Words, word: str) -> str:
    """Say that a word is none of those that follow."""
    return words("I don't know `{word}`. This is what I know:", word=escape(cut(word, LONGEST_WORD)))
