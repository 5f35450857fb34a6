"""All keys of a project, whoever made them, with their risks: the answer to `/gemini-key admin migrate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.survey import Risk
from bot.words import N_
from handlers.surfaces.blocks import Block, code, context, section
from handlers.surfaces.text import brief, date

if TYPE_CHECKING:
    from bot.domain.lookup import Lookup
    from bot.domain.survey import FoundKey, Survey
    from bot.words import Words
    from handlers.surfaces.requester_dm import Message

MOST_KEYS = 20
RISKS = {
    Risk.UNBOUND: N_("bound to nobody: the old kind, which Gemini refuses step by step"),
    Risk.UNRESTRICTED: N_("opens every API of the project"),
    Risk.TOO_WIDE: N_("opens other APIs too"),
    Risk.IDLE: N_("not called for 30 days"),
    Risk.OLD: N_("older than 180 days"),
}


def reading(words: Words, project_id: str) -> Message:
    """Say that the answer is on its way."""
    text = words(
        "🔎 I ask Google for all keys in `{project}`. This takes a second.", project=brief(project_id)
    )
    return text, [section(text)]


def message(words: Words, lookup: Lookup, project_id: str) -> Message:
    """List the keys, riskiest first, and how far the project is."""
    found = lookup.survey
    if found is None:
        text = words(
            "Google did not list the keys of `{project}`: `{status}`. The bot needs `apikeys.keys.list`.",
            project=project_id,
            status=brief(lookup.unread),
        )
        return text, [section(f"⚠️ {text}")]
    text = _headline(words, found)
    shown: list[Block] = [section(f"🧭 {text}")]
    shown += [section(_key(words, found, key)) for key in found.keys[:MOST_KEYS]]
    if len(found.keys) > MOST_KEYS:
        left = len(found.keys) - MOST_KEYS
        shown.append(context(words.many("… and {n} more key.", "… and {n} more keys.", left)))
    return text, [*shown, *_how(words, found)]


def _headline(words: Words, found: Survey) -> str:
    if not found.keys:
        return words("`{project}` has no keys for the Gemini API.", project=found.project_id)
    return words.many(
        "`{project}`: {bound} of {n} key for Gemini is bound and restricted.",
        "`{project}`: {bound} of {n} keys for Gemini are bound and restricted.",
        len(found.keys),
        project=found.project_id,
        bound=found.bound,
    )


def _key(words: Words, found: Survey, key: FoundKey) -> str:
    name = f"*{brief(key.display_name) or key.key_id}*"
    whose = brief(key.owner_guess) if key.owner_guess else words("owner unknown")
    ours = f" · {key.request_id}" if key.request_id else ""
    made = words("made {date}", date=date(key.created_at, "{date_short_pretty}"))
    if key.calls is None:
        used = words("usage could not be read")
    else:
        used = words.many("{n} call in 30 days", "{n} calls in 30 days", key.calls)
    risks = [words(RISKS[risk]) for risk in key.risks(found.at)]
    sign = "⚠️" if risks else "✅"
    return "\n".join([f"{sign} {name}{ours} · {whose} · {made} · {used}", *(f"  • {risk}" for risk in risks)])


def _how(words: Words, found: Survey) -> list[Block]:
    """Say how a key is moved; nothing is done to keys of others without their people."""
    if found.bound == len(found.keys):
        return []
    steps = words(
        "*To move a key:* its people ask for one here, put it in place, and when the old one is no "
        "longer called, it is deleted. It can be restored for 30 days."
    )
    delete = f"gcloud services api-keys delete KEY_ID --project={found.project_id}"
    return [
        section(steps),
        code(delete),
        context(words("I changed nothing. A guess at an owner is a guess.")),
    ]
