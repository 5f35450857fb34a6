"""The steps of setup: the same looks as the doctor's, one after the other, and where the bot can help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor import project
from bot.domain import rights
from bot.domain.setup import Check, Help
from bot.errors import GoogleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.doctor.facts import ProjectFacts
    from bot.doctor.line import Line
    from bot.domain.policy import Policy

HELPS = {
    "api-off": (Help.ENABLE_APIS, project.ENABLE),
    "billing-disabled": (Help.LINK_BILLING, rights.LINKING),
    "billing-account-closed": (Help.LINK_BILLING, rights.LINKING),
    "free-tier": (Help.LINK_BILLING, rights.LINKING),
    "service-account-missing": (Help.CREATE_ACCOUNT, "iam.serviceAccounts.create"),
}


def checks(facts: ProjectFacts, policy: Policy, bot: str, account_id: str) -> tuple[Check, ...]:
    """Make the list, without the trial: what is fine is one line a step, all else each its own."""
    listed = policy.project(facts.project_id)
    environments = listed.environments if listed else ()
    required = any(policy.environments[name].billing_required for name in environments)
    linking = bool(policy.fixes.billing_account)
    looks: tuple[tuple[str, Iterator[Line]], ...] = (
        ("project", project.state(facts, bot)),
        ("billing", project.billing(facts, required=required)),
        ("apis", project.apis(facts, at_once=True)),
        ("account", project.account(facts, account_id)),
        ("org-policy", project.org_policy(facts)),
        ("permissions", project.permissions(facts, bot, policy, to_be_tried=True)),
    )
    return tuple(check for step, lines in looks for check in _step(step, list(lines), facts, linking=linking))


def _step(step: str, lines: list[Line], facts: ProjectFacts, *, linking: bool) -> Iterator[Check]:
    open_ones = [line for line in lines if not line.healthy]
    if lines and not open_ones:
        yield check_of(step, lines[0])
    if not lines and isinstance(facts.project, GoogleError):
        return  # a project that is not seen hides the rest: one line says so
    offered: set[Help] = set()
    for line in open_ones:
        wanted = _help(line, facts, linking=linking)
        yield check_of(step, line, None if wanted in offered else wanted)
        offered |= {wanted} if wanted else set()


def _help(line: Line, facts: ProjectFacts, *, linking: bool) -> Help | None:
    """Offer what the bot holds the right for; billing only where the policy names an account for it."""
    wanted, needs = HELPS.get(line.check, (None, ""))
    if wanted is None or line.mark == "could-not-tell" or isinstance(facts.held, GoogleError):
        return None
    if needs not in facts.held or (wanted is Help.LINK_BILLING and not linking):
        return None
    return None if wanted is Help.CREATE_ACCOUNT and facts.accounts_blocked is True else wanted


def check_of(step: str, line: Line, wanted: Help | None = None) -> Check:
    """Flatten a line, so that it can be kept and said in any language."""
    finding = line.finding
    return Check(
        step=step,
        mark=str(line.mark),
        title=finding.title.template,
        evidence=finding.evidence.template,
        fix=finding.fix.template,
        values=dict(finding.evidence.values),
        command=finding.command,
        who=tuple(str(fixer) for fixer in finding.who),
        help=wanted,
    )
