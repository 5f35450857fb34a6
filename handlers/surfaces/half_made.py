"""A new project that stopped half-way: where, why, who can mend it, what is left, and how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis import saying
from bot.diagnosis.cause import Fixer
from bot.languages.words import N_
from handlers.surfaces.blocks import Block, actions, button, section
from handlers.surfaces.telling import told
from handlers.surfaces.text import mention

if TYPE_CHECKING:
    from bot.domain.repair import Repair
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message

AGAIN = "fix_again"
STEPS = {
    "create": N_("creating the project in its folder"),
    "billing": N_("linking the billing account"),
    "apis": N_("switching the APIs on"),
    "account": N_("creating the service account for keys"),
    "rights": N_("giving up the owner's role for my own two"),
    "list": N_("offering it for keys"),
    "trial": N_("trying a key"),
}
# Where the cause does not say who: nobody owns the project, so it is whoever keeps what the step needs.
KEEPERS = {"billing": Fixer.BILLING_ADMIN}


def dm(words: Words, repair: Repair) -> Message:
    """Tell the asker."""
    text = _text(words, repair)
    return text, [section("\n".join([f"⚠️ {text}", *_lines(words, repair)])), again(words, repair)]


def note(words: Words, repair: Repair) -> Message:
    """Call whoever approved it to the card."""
    by = " ".join(mention(approval.by.user_id) for approval in repair.approvals)
    text = f"{by} {_text(words, repair)}"
    return text, [section(f"⚠️ {text}")]


def on_card(words: Words, repair: Repair) -> list[Block]:
    """Show the approvers what stands in the way, with the button."""
    return [section("\n".join(_lines(words, repair))), again(words, repair)]


def again(words: Words, repair: Repair) -> Block:
    """Go on from the step that it stopped at."""
    label = words("Go on with the project of {id}", id=repair.id)
    return actions(f"half-made:{repair.id}", button(AGAIN, words("Try again"), repair.id, label=label))


def _text(words: Words, repair: Repair) -> str:
    project = repair.offer.project_id
    if repair.made:
        return words("*{id}*: `{project}` was made, but is not ready.", id=repair.id, project=project)
    return words("*{id}*: the project `{project}` could not be made.", id=repair.id, project=project)


def _lines(words: Words, repair: Repair) -> list[str]:
    """Name the step, the cause, who can mend it, and what stays meanwhile."""
    failure, step = repair.failure, STEPS.get(repair.step, "")
    lines = [words("It stopped at this step: {step}.", step=words(step))] if step else []
    lines += told(words, failure) if failure else []
    named = [Fixer(one) for one in failure.who if one != Fixer.BOT] if failure else []
    lines.append(saying.who(words, named or [KEEPERS.get(repair.step, Fixer.ORG_ADMIN)]))
    if repair.made and not repair.given_up:
        project = repair.offer.project_id
        lines.append(words("`{project}` stays: I own it, and give out no key there.", project=project))
    lines.append(words("Once that is mended, press Try again: I go on from there."))
    return lines
