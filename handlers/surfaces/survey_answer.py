"""All keys of a project, whoever made them, with their risks: the answer to `/gemini-key admin migrate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.survey import Risk
from bot.languages.words import N_
from handlers.surfaces import found_key
from handlers.surfaces.blocks import Block, actions, button, context, section
from handlers.surfaces.text import brief, date, mention

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.lookup import Lookup
    from bot.domain.survey import FoundKey, Survey
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message

MOST_KEYS = 20
MOST_OWN = 10
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
    for key in found.keys[:MOST_KEYS]:
        shown.append(section(_key(words, found, key)))
        if not key.request_id:
            shown.append(found_key.row(words, found.project_id, key))
    if len(found.keys) > MOST_KEYS:
        left = len(found.keys) - MOST_KEYS
        shown.append(context(words.many("… and {n} more key.", "… and {n} more keys.", left)))
    return text, [*shown, *_how(words, found)]


def own(words: Words, project_id: str, keys: Sequence[FoundKey]) -> Message:
    """Show a person the keys that seem to be his."""
    if not keys:
        text = words(
            "No key in `{project}` has your address on it, as far as I looked. Ask an approver to list them.",
            project=brief(project_id),
        )
        return text, [section(text)]
    shown = [found_key.to_owner(words, project_id, key) for key in keys[:MOST_OWN]]
    return shown[0][0], [block for _, blocks in shown for block in blocks]


def told(words: Words, found: Survey, owners: Mapping[str, str]) -> Message:
    """Say to whom was written, and whose owners nobody knows."""
    theirs = [key for key in found.keys if not key.request_id]
    lines = [
        f"• {found_key.name(key)} · {mention(owners[key.key_id])}" for key in theirs if key.key_id in owners
    ]
    left = len(theirs) - len(lines)
    text = words("I wrote to these owners of keys in `{project}`:", project=found.project_id)
    if not lines:
        text = words("I found none of the owners of keys in `{project}` here.", project=found.project_id)
    shown = [section("\n".join([f"✉️ {text}", *lines]))]
    if left:
        more = words.many(
            "The owner of {n} key is not known here: claim it for somebody.",
            "The owners of {n} keys are not known here: claim them for somebody.",
            left,
        )
        shown.append(context(more))
    return text, shown


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
    if key.other_calls:
        others = words.many("{n} to other APIs", "{n} to other APIs", key.other_calls)
        used = f"{used}, {others}"
    return "\n".join([f"{sign} {name}{ours} · {whose} · {made} · {used}", *(f"  • {risk}" for risk in risks)])


def _how(words: Words, found: Survey) -> list[Block]:
    """Say what the buttons do; nothing is done to keys of others without an approver."""
    theirs = [key for key in found.keys if not key.request_id]
    if not theirs:
        return []
    steps = words(
        "*Replace* gives the key's owner a new one, bound to a service account, and deletes the old one when "
        "nobody calls it any more. *Claim* gives it an owner, an end and reminders; its text stays where its "
        "programs have it. *Delete* can be undone for 30 days."
    )
    shown = [section(steps)]
    if any(key.owner_guess for key in theirs):
        tell = button(found_key.TELL_OWNERS, words("Write to the owners"), found.project_id)
        shown.append(actions("owners", tell))
    return [*shown, context(words("I changed nothing. A guess at an owner is a guess."))]
