"""What an approver should know before he decides, in a few short lines: facts, and whatever is unusual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.unusual import Unusual
from bot.languages.words import N_
from handlers.surfaces.blocks import Block, context, section
from handlers.surfaces.text import brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.key_request import KeyRequest
    from bot.domain.readiness import ProjectReadiness
    from bot.languages.words import Words

# Google: a project has room for 300 keys.
ROOM, NEARLY_FULL = 300, 240
NAMED = 3
SAID = {
    Unusual.FIRST_REQUEST: N_("their first request ever"),
    Unusual.NEW_PROJECT: N_("their first in this project"),
    Unusual.LONGEST_LIFETIME: N_("the longest lifetime offered"),
    Unusual.OUT_OF_HOURS: N_("asked outside business hours"),
}


def build(words: Words, request: KeyRequest, known: ProjectReadiness | None) -> list[Block]:
    """Show the facts that a decision hangs on; what could not be read is said so."""
    blocks = [context(*_facts(words, request, known))]
    if request.unusual:
        said = words.items([words(SAID[Unusual(code)]) for code in request.unusual if code in SAID])
        blocks.insert(0, section(words("⚠️ *Unusual:* {what}", what=said)))
    return blocks


def _facts(words: Words, request: KeyRequest, known: ProjectReadiness | None) -> Iterator[str]:
    if request.held:
        yield words.many("🔑 holds {n} live key already", "🔑 holds {n} live keys already", request.held)
    else:
        yield words("🔑 holds no live key")
    if request.restriction.entries:
        yield words("🌐 works only from {places}", places=brief(", ".join(request.restriction.entries)))
    if known is None:
        yield words("❔ the project was not looked at lately")
        return
    yield _billing(words, known)
    yield _readers(words, known)
    if known.keys is not None and known.keys >= NEARLY_FULL:
        yield words("📦 {n} of {room} keys in this project are used", n=known.keys, room=ROOM)


def _billing(words: Words, known: ProjectReadiness) -> str:
    if known.billing_enabled is None:
        return words("❔ billing could not be read")
    return (
        words("💳 billing is open") if known.billing_enabled else words("💳 no open billing: free tier only")
    )


def _readers(words: Words, known: ProjectReadiness) -> str:
    """Name who can read keys there past Secret Manager; roles from above the project are not seen."""
    if known.readers is None:
        return words("❔ who else can read keys there is not known")
    if not known.readers:
        return words("👁️ nobody else can read keys there by a role on the project itself")
    named = [brief(member.partition(":")[2] or member) for member in known.readers[:NAMED]]
    rest = len(known.readers) - NAMED
    who = words.items([*named, *([words("{n} more", n=rest)] if rest > 0 else [])])
    return words("👁️ can read keys there, too: {who}", who=who)
