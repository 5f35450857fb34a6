"""The form of why-403: build it, read it back; and the words while the workers look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.surfaces import entered
from handlers.surfaces.blocks import Block, input_block, modal, note, option, plain, section
from handlers.surfaces.text import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.case import Case
    from bot.domain.key_request import KeyRequest
    from bot.domain.policy import Policy
    from bot.languages.words import Words

CALLBACK_ID = "why_403"
TEXT, ABOUT = "text", "about"
LONGEST_TEXT = 3000
MOST_OPTIONS = 100
KEY, PROJECT = "key:", "project:"


def build(words: Words, policy: Policy, keys: Sequence[KeyRequest], text: str = "") -> Block:
    """Ask for the error, and which key or project it is about."""
    return modal(
        CALLBACK_ID,
        words("Why does it fail?"),
        words("Cancel"),
        [
            note(words("Paste the error, never a key. Left empty, I check your keys as they are now.")),
            input_block(TEXT, words("The error, as you got it"), _paste(words, text), optional=True),
            input_block(ABOUT, words("Key or project"), _about(words, policy, keys), optional=True),
        ],
        submit=words("Find out"),
    )


def read(view: dict[str, Any]) -> tuple[str, str, str]:
    """Read (text, request id, project id) from a submitted form."""
    text, about = entered.text(view, TEXT), entered.chosen(view, ABOUT)
    if about.startswith(KEY):
        return text, about.removeprefix(KEY), ""
    return text, "", about.removeprefix(PROJECT)


def looking(words: Words, case: Case, guess: str = "") -> Block:
    """Show that somebody looks, and what the text alone says meanwhile."""
    return modal(
        "why_403_answer",
        words("Why does it fail?"),
        words("Close"),
        [section(looking_words(words, guess))],
        external_id=place(case.id)["view"],
    )


def looking_words(words: Words, guess: str = "") -> str:
    """Say that the answer is on its way."""
    line = words("🔎 Looking: I read the facts at Google. This takes a second.")
    told = words("From the text alone: {guess}", guess=escape(guess)) if guess else ""
    return f"{line}\n{told}".strip()


def place(case_id: str, view_id: str = "") -> dict[str, str]:
    """Name the modal in which a case is answered: by our name for it, and by Slack's where that is known."""
    return {"view": f"why-403:{case_id}", **({"view_id": view_id} if view_id else {})}


def _paste(words: Words, text: str) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": TEXT,
        "multiline": True,
        "max_length": LONGEST_TEXT,
        "placeholder": plain(words("Whatever your program or SDK printed"), 150),
    }
    return {**element, "initial_value": text} if text else element


def _about(words: Words, policy: Policy, keys: Sequence[KeyRequest]) -> Block:
    options = [option(f"{key.id} · {key.project_id}", f"{KEY}{key.id}") for key in keys]
    options += [option(project.id, f"{PROJECT}{project.id}") for project in policy.projects]
    return {
        "type": "static_select",
        "action_id": ABOUT,
        "options": options[:MOST_OPTIONS],
        "placeholder": plain(words("Let me find out"), 150),
    }
