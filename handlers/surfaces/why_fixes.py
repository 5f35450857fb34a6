"""The fixes that can be had by a press: their buttons, and what each would change."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.repair import Remedy
from bot.languages.words import N_
from handlers.surfaces.blocks import Block, button, confirm
from handlers.surfaces.text import brief, escape

if TYPE_CHECKING:
    from bot.diagnosis.case import Case
    from bot.domain.repair import Offer
    from bot.languages.words import Words

FIX = "fix_403"

BUTTONS = {
    Remedy.ENABLE_API: N_("Switch the API on"),
    Remedy.RESTRICT_KEY: N_("Correct the key"),
    Remedy.GRANT_ACCESS: N_("Give me access again"),
    Remedy.UNDELETE_KEY: N_("Bring the key back"),
    Remedy.REPLACE_KEY: N_("Replace {key}"),
    Remedy.LINK_BILLING: N_("Link billing"),
    Remedy.GRANT_ROLE: N_("Give me the roles"),
}
WHAT = {
    Remedy.ENABLE_API: N_("Switch the Gemini API on in {project}."),
    Remedy.RESTRICT_KEY: N_("Correct what the key of {key} may be used for."),
    Remedy.GRANT_ACCESS: N_("Let the holder of {key} read its secret again, until the key expires."),
    Remedy.UNDELETE_KEY: N_("Bring the deleted key of {key} back (Google: within 30 days)."),
    Remedy.REPLACE_KEY: N_("Make a new key for {key}, bound to a service account, and delete the old one."),
    Remedy.LINK_BILLING: N_("Let {account} pay for {project}."),
    Remedy.GRANT_ROLE: N_(
        "Let the asker make keys in {project} for {span}, by roles that end by themselves."
    ),
    Remedy.NEW_PROJECT: N_("Make the project {project} for {environment}."),
}
# The same for keys that others made.
OF_OTHERS = {
    Remedy.RESTRICT_KEY: N_("Let the key “{name}” in {project} call the Gemini API alone."),
    Remedy.DELETE_KEY: N_("Delete the key “{name}” in {project}. It can be brought back for 30 days."),
    Remedy.UNDELETE_KEY: N_("Bring the deleted key “{name}” in {project} back."),
}


def buttons(words: Words, case: Case) -> list[Block]:
    """Offer each fix; the value is the case's id, the number of the offer stands in the action id."""
    report = case.report
    if report is None:
        return []
    return [
        button(
            f"{FIX}_{number}",
            label(words, offer),
            case.id,
            style="primary",
            confirm=question(words, offer),
        )
        for number, offer in enumerate(report.offers)
    ]


def what(words: Words, offer: Offer) -> str:
    """Say what a fix does, in one sentence."""
    if offer.key_id:
        name = brief(offer.key_name) or offer.key_id
        return words(OF_OTHERS[offer.remedy], name=name, project=offer.project_id)
    return words(
        WHAT[offer.remedy],
        key=offer.request_id,
        project=offer.project_id,
        account=offer.after[0] if offer.after else "",
        environment=escape(offer.environment),
        span=words.duration(timedelta(hours=offer.hours)),
    )


def changes(words: Words, offer: Offer) -> str:
    """Show what a fix changes, line by line; empty when its sentence says it all."""
    if offer.remedy is Remedy.GRANT_ROLE:
        return "\n".join(f"+ {role}" for role in offer.after)
    if offer.remedy is not Remedy.RESTRICT_KEY:
        return ""
    everything = words("any API") if offer.key_id else words("any API, from anywhere")
    before = offer.before or (everything,)
    return "\n".join([*(f"- {line}" for line in before), *(f"+ {line}" for line in offer.after)])


def question(words: Words, offer: Offer) -> Block:
    """Ask before it is done, or asked for."""
    told = "\n".join(line for line in (what(words, offer), changes(words, offer)) if line)
    return confirm(words("Do this?"), told, label(words, offer), words("Not now"))


def label(words: Words, offer: Offer) -> str:
    """Say on a button what a press does."""
    return words(BUTTONS[offer.remedy], key=offer.request_id)
