"""The form of an approver who will be away: who stands in, until when."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.errors import Refused
from handlers.surfaces import entered
from handlers.surfaces.blocks import Block, input_block, modal, plain, section
from handlers.surfaces.text import date, mention

if TYPE_CHECKING:
    from bot.domain.absence import Absence
    from bot.languages.words import Words

CALLBACK_ID = OPEN = "away"
DEPUTY, UNTIL = "deputy", "until"
_TYPED = re.compile(r"(?:until\s+)?(\d{4}-\d{2}-\d{2})\s+<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", re.IGNORECASE)


def build(words: Words) -> Block:
    """Ask for a deputy and a day."""
    people: Block = {"type": "users_select", "action_id": DEPUTY, "placeholder": plain(words("Choose"), 150)}
    day: Block = {"type": "datepicker", "action_id": UNTIL, "placeholder": plain(words("Choose a day"), 150)}
    return modal(
        CALLBACK_ID,
        words("I'm away"),
        words("Cancel"),
        [
            section(words("Somebody else decides requests in your place until you are back.")),
            input_block(DEPUTY, words("Who stands in for you?"), people),
            input_block(UNTIL, words("When are you back?"), day),
        ],
        submit=words("Save"),
    )


def read(view: dict[str, Any]) -> tuple[str, datetime]:
    """Read (deputy, until) from a submitted form."""
    return entered.user(view, DEPUTY), _day(entered.day(view, UNTIL))


def typed(text: str) -> tuple[str, datetime]:
    """Read `until 2026-12-01 @deputy` as Slack sends it."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        raise Refused(
            "Write `/gemini-key away until 2026-12-01 @deputy`, `away off`, or `away` alone for a form."
        )
    return found[2], _day(found[1])


def told(words: Words, absence: Absence) -> str:
    """Say to who is away what happens now."""
    return words(
        "{deputy} decides in your place until {until}. `/gemini-key away off` ends it.",
        deputy=mention(absence.deputy_id),
        until=date(absence.until),
    )


def to_deputy(words: Words, absence: Absence) -> str:
    """Say to the deputy what is expected."""
    return words(
        "{who} is away until {until} and named you as deputy: you may decide Gemini key requests instead. "
        "They wait on my Home tab.",
        who=mention(absence.user_id),
        until=date(absence.until),
    )


def saved(words: Words, absence: Absence) -> Block:
    """Show the same in place of the form."""
    return modal("away_saved", words("I'm away"), words("Close"), [section(f"✅ {told(words, absence)}")])


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Refused("Name a day like 2026-12-01.") from None
