"""What is said while no keys are made, wherever people would otherwise wonder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.surfaces.blocks import Block, section
from handlers.surfaces.text import brief, date, mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.office import Office
    from bot.domain.policy import Policy
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message


def note(words: Words, office: Office) -> str:
    """Say that nothing is made, since when and why; empty when keys are made."""
    if office.pause is None:
        return ""
    said = words(
        "⏸ No keys are made at the moment (since {since}). Requests and approvals are kept.",
        since=date(office.pause.at),
    )
    return f"{said} {_why(words, office.pause.reason)}".strip()


def banner(words: Words, office: Office) -> list[Block]:
    """Say so in a section, or nothing."""
    said = note(words, office)
    return [section(said)] if said else []


def announced(words: Words, office: Office, policy: Policy) -> Iterator[tuple[str, Message]]:
    """Tell the approvers of each pause and of its end, and when nobody is left to decide."""
    if office.pause:
        who = mention(office.pause.by.user_id)
        text = words(
            "⏸ {who} paused the making of keys. Approvals are kept and wait; revoking goes on.", who=who
        )
        text = f"{text} {_why(words, office.pause.reason)}".strip()
        yield f"pause-{office.pauses}", (text, [section(text)])
    elif office.resumed:
        text = words("▶️ {who} resumed the making of keys.", who=mention(office.resumed.by.user_id))
        yield f"resume-{office.pauses}", (text, [section(text)])
    if office.vacancies:
        text = _vacancy(words, office, policy)
        yield f"vacancy-{office.vacancies}", (text, [section(text)])


def _vacancy(words: Words, office: Office, policy: Policy) -> str:
    if office.vacant_since is None:
        return words("✅ There is somebody again who may decide Gemini key requests.")
    admins = policy.admins
    named = [mention(user) for user in sorted(admins.users)] if admins else []
    named += [f"<!subteam^{group}>" for group in admins.groups] if admins else []
    said = words("⚠️ Nobody is left who may decide Gemini key requests: the approvers' group is empty.")
    return " ".join([*named, said])


def _why(words: Words, reason: str) -> str:
    return words("Reason: {reason}", reason=brief(reason)) if reason else ""
