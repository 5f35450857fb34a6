"""The form that finds requests and keys: a person, a project or a request's id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.surfaces import entered
from handlers.surfaces.blocks import Block, context, input_block, modal, plain

if TYPE_CHECKING:
    from bot.languages.words import Words

OPEN, CALLBACK_ID = "find", "find"
PERSON, WHAT = "person", "what"


def build(words: Words) -> Block:
    """Ask for any one of them."""
    person = {
        "type": "users_select",
        "action_id": PERSON,
        "placeholder": plain(words("Choose a person"), 150),
    }
    what = {
        "type": "plain_text_input",
        "action_id": WHAT,
        "max_length": 40,
        "placeholder": plain("GK-7F3K", 150),
    }
    return modal(
        CALLBACK_ID,
        words("Find requests and keys"),
        words("Cancel"),
        [
            input_block(PERSON, words("Whose?"), person, optional=True),
            input_block(WHAT, words("Or a request's id, or a project"), what, optional=True),
            context(words("Live keys of everybody: `/gemini-key admin keys`.")),
        ],
        submit=words("Find"),
    )


def read(view: dict[str, Any]) -> tuple[str, str]:
    """Read (user id, text) from the sent form; either may be empty."""
    return entered.user(view, PERSON), entered.text(view, WHAT).strip()
