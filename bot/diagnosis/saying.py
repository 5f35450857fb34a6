"""Say findings in somebody's language: in a chat, or on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Fixer
from bot.diagnosis.finding import Sure
from bot.diagnosis.naming import plain
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.diagnosis.cause import Sentence
    from bot.languages.words import Words

SURE = {
    Sure.CONFIRMED: N_("Confirmed by what I read"),
    Sure.LIKELY: N_("Likely, going by the text alone"),
    Sure.RULED_OUT: N_("Ruled out"),
}
FIXERS = {
    Fixer.REQUESTER: N_("you"),
    Fixer.BOT: N_("I, the bot"),
    Fixer.PROJECT_OWNER: N_("an owner of the project"),
    Fixer.ORG_ADMIN: N_("an administrator of the organization"),
    Fixer.WORKSPACE_ADMIN: N_("an administrator of Google Workspace"),
    Fixer.BILLING_ADMIN: N_("an administrator of the billing account"),
    Fixer.GOOGLE: N_("Google"),
}


def said(words: Words, sentence: Sentence) -> str:
    """Say a sentence of a finding."""
    return words(sentence.template, **plain(words, sentence.values))


def who(words: Words, fixers: Iterable[Fixer]) -> str:
    """Say who can mend it."""
    return words("Who can: {who}.", who=[words(FIXERS[fixer]) for fixer in fixers])
