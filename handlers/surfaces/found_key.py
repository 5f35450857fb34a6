"""A key that others made, in words and buttons; a button's value is `project/key id`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.names import GEMINI
from handlers.surfaces.blocks import Block, actions, button, confirm, context, section
from handlers.surfaces.text import brief, date

if TYPE_CHECKING:
    from bot.domain.survey import FoundKey
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message

CLAIM, REPLACE = "claim_key", "replace_found_key"
RESTRICT, DELETE, UNDELETE = "restrict_found_key", "delete_found_key", "undelete_found_key"
TELL_OWNERS = "tell_owners"


def read(value: str) -> tuple[str, str]:
    """Read (project, key id) from a button's value."""
    project_id, _, key_id = value.partition("/")
    return project_id, key_id


def name(key: FoundKey) -> str:
    """Name a key as its people know it."""
    return brief(key.display_name) or key.key_id


def row(words: Words, project_id: str, key: FoundKey) -> Block:
    """What an approver can have done with a key that is nobody's here."""
    value = f"{project_id}/{key.key_id}"
    buttons = [*_owning(words, value, key)]
    if key.services != (GEMINI,):
        buttons.append(_restrict(words, value, key))
    return actions(f"found:{key.key_id}", *buttons, _delete(words, value, key))


def to_owner(words: Words, project_id: str, key: FoundKey) -> Message:
    """Tell whose name stands on a key that it is ending, and what to do about it."""
    text = words(
        "The API key “{name}” in `{project}` seems to be yours, and its kind is ending: Gemini refuses keys "
        "that are bound to no service account, step by step.",
        name=name(key),
        project=project_id,
    )
    if key.calls:
        used = words.many(
            "It was called {n} time in 30 days.", "It was called {n} times in 30 days.", key.calls
        )
        text = f"{text} {used}"
    told = words(
        "*Replace* makes a new key that Gemini goes on taking; the old one is deleted when nobody calls it "
        "any more. *Claim* only says that it is yours and when it ends. An approver decides both."
    )
    return text, [
        section(f"⏳ {text}"),
        section(told),
        actions(f"found:{key.key_id}", *_owning(words, f"{project_id}/{key.key_id}", key)),
        context(
            words("made {date}", date=date(key.created_at, "{date_short_pretty}")),
            words("If it is not yours, do nothing: nothing happens to it."),
        ),
    ]


def undelete(words: Words, repair_id: str) -> Block:
    """Bring a deleted key back."""
    return actions(f"undelete:{repair_id}", button(UNDELETE, words("Undo"), repair_id))


def _owning(words: Words, value: str, key: FoundKey) -> list[Block]:
    claim = words("Claim {name}", name=name(key))
    replace = words("Replace {name} by a key bound to a service account", name=name(key))
    return [
        button(REPLACE, words("Replace…"), value, style="primary", label=replace),
        button(CLAIM, words("Claim…"), value, label=claim),
    ]


def _restrict(words: Words, value: str, key: FoundKey) -> Block:
    before = key.services or (words("any API"),)
    changes = "\n".join([*(f"- {service}" for service in before), f"+ {GEMINI}"])
    question = confirm(
        words("Let it call the Gemini API alone?"),
        f"{changes}\n{_others(words, key)} {words('From where it may be used stays as it is.')}",
        words("Restrict it"),
        words("Not yet"),
    )
    label = words("Restrict {name} to the Gemini API", name=name(key))
    return button(RESTRICT, words("Restrict"), value, label=label, confirm=question)


def _delete(words: Words, value: str, key: FoundKey) -> Block:
    stops = words("Whatever uses it stops working at once. It can be brought back for 30 days.")
    question = confirm(
        words("Delete {name}?", name=name(key)),
        f"{_others(words, key)} {stops}",
        words("Delete it"),
        words("Not yet"),
        style="danger",
    )
    label = words("Delete {name}", name=name(key))
    return button(DELETE, words("Delete"), value, style="danger", label=label, confirm=question)


def _others(words: Words, key: FoundKey) -> str:
    """Say what else the key is used for, as far as anybody knows."""
    if key.other_calls is None:
        return words("I can't see whether other APIs are called with it.")
    if not key.other_calls:
        return words("No other API was called with it in 30 days.")
    return words.many(
        "Other APIs were called {n} time with it in 30 days: such calls will fail.",
        "Other APIs were called {n} times with it in 30 days: such calls will fail.",
        key.other_calls,
    )
