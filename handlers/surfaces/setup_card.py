"""A setup's list: each step with what was seen, who can mend it, and a button where the bot can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis import saying
from bot.diagnosis.cause import Fixer
from bot.domain.setup import BY_HAND, STEPS, Help, State
from bot.languages.words import N_
from handlers.surfaces import why_fixes
from handlers.surfaces.blocks import Block, actions, button, code, confirm, context, header, section
from handlers.surfaces.telling import spoken
from handlers.surfaces.text import date, mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.policy import Policy
    from bot.domain.setup import Check, Setup
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message

HELP, AGAIN, ROLES = "setup_help", "setup_again", "setup_roles"
SIGNS = {"ok": "✅", "warning": "⚠️", "problem": "❌", "could-not-tell": "❔"}
NAMES = {
    "project": N_("Project"),
    "billing": N_("Billing"),
    "apis": N_("APIs"),
    "account": N_("Service account"),
    "org-policy": N_("Organization policy"),
    "permissions": N_("The bot's permissions"),
    "trial": N_("A key, tried"),
    BY_HAND: N_("Keys by hand"),
}
BUTTONS = {
    Help.ENABLE_APIS: N_("Switch on"),
    Help.LINK_BILLING: N_("Link billing"),
    Help.CREATE_ACCOUNT: N_("Create it"),
}
AT_WORK = {
    Help.ENABLE_APIS: N_("⚙️ Switching APIs on, then looking again …"),
    Help.LINK_BILLING: N_("⚙️ Linking the billing account, then looking again …"),
    Help.CREATE_ACCOUNT: N_("⚙️ Creating the service account, then looking again …"),
}
AI_STUDIO = "https://aistudio.google.com/projects"


def message(words: Words, setup: Setup, policy: Policy) -> Message:
    """Render the list as it stands."""
    text = _text(words, setup)
    blocks = [header(words("Setting up {project}", project=setup.project_id)), section(text)]
    for step in STEPS:
        for check in (each for each in setup.checks if each.step == step):
            blocks += _check(words, setup, check, policy)
    if setup.checks:
        blocks.append(context(*_small_print(words, setup)))
    if setup.state is not State.LOOKING:
        blocks.append(actions(f"setup:{setup.id}:{setup.run}", button(AGAIN, words("Check again"), setup.id)))
    return text, blocks


def _text(words: Words, setup: Setup) -> str:
    if setup.helping:
        return words(AT_WORK[setup.helping])
    if setup.state is State.LOOKING:
        return words("⏳ Looking at `{project}` …", project=setup.project_id)
    if setup.state is State.READY:
        return words(
            "🎉 *{project} is ready.* `/gemini-key request {project}` makes a key there.",
            project=setup.project_id,
        )
    left = sum(check.mark == "problem" for check in setup.checks)
    return words.many(
        "*{id}*: {n} thing stands in the way in `{project}`.",
        "*{id}*: {n} things stand in the way in `{project}`.",
        left,
        id=setup.id,
        project=setup.project_id,
    )


def _check(words: Words, setup: Setup, check: Check, policy: Policy) -> Iterator[Block]:
    """Show one line of the list; what is fine takes one short line."""
    lead = f"{SIGNS.get(check.mark, '❔')} *{words(NAMES[check.step])}*"
    if check.mark == "ok" or not check.fix:
        told = check.evidence if check.mark == "ok" or not check.title else check.title
        yield section(f"{lead} · {_say(words, told, check)}")
        return
    who = saying.who(words, [Fixer(one) for one in check.who if one != Fixer.BOT or check.help])
    lines = [
        f"{lead} · {_say(words, check.title, check)}",
        _say(words, check.evidence, check),
        f"→ {_say(words, check.fix, check)} {who}",
    ]
    press = _button(words, setup, check, policy) if setup.state is not State.LOOKING else None
    yield section("\n".join(lines), press)
    if check.command and press is None:
        yield code(check.command)


def _button(words: Words, setup: Setup, check: Check, policy: Policy) -> Block | None:
    if check.step == BY_HAND and setup.offer:
        told = why_fixes.question(words, setup.offer)
        return button(ROLES, words(why_fixes.BUTTONS[setup.offer.remedy]), setup.id, confirm=told)
    if check.help is None:
        return None
    question = _question(words, setup, policy) if check.help is Help.LINK_BILLING else None
    return button(
        f"{HELP}_{check.help.value}",
        words(BUTTONS[check.help]),
        setup.id,
        style="primary",
        label=_say(words, check.fix, check),
        confirm=question,
    )


def _question(words: Words, setup: Setup, policy: Policy) -> Block:
    """Name the account, and warn of what only shows later."""
    told = words(
        "{account} then pays for every call in {project}. An account may pay for a limited number of "
        "projects, a new one for about five.",
        account=policy.fixes.billing_account.removeprefix("billingAccounts/"),
        project=setup.project_id,
    )
    return confirm(words("Link billing?"), told, words("Link it"), words("No"))


def _small_print(words: Words, setup: Setup) -> list[str]:
    """Say when it was looked, who has agreed, and what no API tells."""
    seen = [words("Seen {date}", date=date(setup.looked_at))] if setup.looked_at else []
    if setup.agreed:
        names = words.items([mention(user_id) for _, user_id in setup.agreed])
        seen.append(words("{n} must press; so far: {names}", n=setup.approvals_needed, names=names))
    studio = words(
        "Prepaid credit, spending caps and unpaid bills are shown to people alone, in <{link}|AI Studio>.",
        link=AI_STUDIO,
    )
    return [*seen, studio]


def _say(words: Words, template: str, check: Check) -> str:
    return words(template, **spoken(words, check.values))
