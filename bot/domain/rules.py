"""Who may do what: pure rules over people, a policy and a request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.kinds import Kind
from bot.errors import Refused
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import timedelta

    from bot.domain.key_request import Draft, KeyRequest
    from bot.domain.person import Person
    from bot.domain.policy import Environment, Policy

# IAM: the address says in which project an account lives.
_SERVICE_ACCOUNT = re.compile(
    r"[a-z][-a-z0-9]{4,28}[a-z0-9]@([a-z][a-z0-9-]{4,28}[a-z0-9])\.iam\.gserviceaccount\.com"
)
SHORTEST_PURPOSE = 20
LONGEST_PURPOSE = 500


# What an environment's policy may demand.
DEMANDED = {
    "ip": N_("{environment} keys work from named addresses only. Name them, for example 198.51.100.0/24."),
    "referrer": N_("{environment} keys work on named pages only. Name them, like https://*.example.com/*."),
    "either": N_("{environment} keys are restricted. Name the addresses or pages that may use the key."),
}


class Invalid(Refused):
    """A field of a form is wrong; `field` names it."""

    def __init__(self, field: str, sentence: str, **values: object) -> None:
        """Say which field and why."""
        super().__init__(sentence, **values)
        self.field = field


def check_member(person: Person, team_id: str) -> None:
    """Refuse everyone who is not a full, present member of this workspace."""
    if person.team_id != team_id:
        raise Refused("Only members of this workspace can use Gemini keys.")
    if person.deactivated or person.bot:
        raise Refused("Only people with an active account can use Gemini keys.")
    if person.guest:
        raise Refused("Guests can't use Gemini keys. Ask the person who invited you.")


def check_requester(person: Person, policy: Policy, team_id: str) -> None:
    """Refuse a requester to whom no key could be given."""
    check_member(person, team_id)
    if not person.email:
        raise Refused("Your profile shows no e-mail address, so I can't find your Google account.")
    if person.domain not in policy.company.domains:
        raise Refused(
            "A key can only be given to a company Google account; yours is at {domain}.", domain=person.domain
        )


def check_draft(draft: Draft, policy: Policy, lifetimes: Sequence[timedelta] = ()) -> Environment:
    """Check a form against the policy; returns the rules of its environment.

    `lifetimes` are those that may be had, where they are not the environment's own.
    """
    project = policy.project(draft.project_id)
    if project is None:
        raise Invalid("project", "Choose a project from the list.")
    environment = policy.environments.get(draft.environment)
    if environment is None:
        raise Invalid("environment", "Choose an environment.")
    if draft.environment not in project.environments:
        raise Invalid(
            "environment",
            "{project} is not for {environment}.",
            project=project.id,
            environment=draft.environment,
        )
    check_purpose(draft.purpose, draft.environment, environment)
    if draft.kind is not Kind.VERTEX and not draft.restriction.meets(environment.restriction):
        raise Invalid("restriction", DEMANDED[environment.restriction], environment=draft.environment)
    if draft.lifetime not in (lifetimes or environment.lifetimes):
        raise Invalid(
            "lifetime",
            "{environment} keys can't live that long. Choose one of the times offered.",
            environment=draft.environment,
        )
    check_kind(draft, policy)
    return environment


def check_purpose(text: str, name: str, environment: Environment) -> None:
    """Refuse a purpose that says too little or too much, or not what the environment called so asks for."""
    purpose = text.strip()
    if len(purpose) < SHORTEST_PURPOSE:
        raise Invalid("purpose", "Say what you'll build ({least}+ characters).", least=SHORTEST_PURPOSE)
    if len(purpose) > LONGEST_PURPOSE:
        raise Invalid("purpose", "Keep it under {most} characters.", most=LONGEST_PURPOSE)
    if not re.search(environment.purpose_pattern, purpose):
        hint = environment.purpose_hint or environment.purpose_pattern
        raise Invalid("purpose", "For {environment} keys it must hold: {hint}", environment=name, hint=hint)


def check_kind(draft: Draft, policy: Policy) -> None:
    """Refuse a kind that is switched off, and a service account that is none of the company's."""
    if draft.kind not in policy.kinds.allowed:
        raise Invalid("kind", "Your company gives out no access of that kind.")
    if not draft.identity:
        return
    found = _SERVICE_ACCOUNT.fullmatch(draft.identity)
    if draft.kind is not Kind.VERTEX:
        raise Invalid("identity", "A service account is named only for Vertex AI without a key.")
    if found is None:
        raise Invalid("identity", "Write a service account's address: name@project.iam.gserviceaccount.com")
    if policy.project(found[1]) is None:
        raise Invalid(
            "identity", "That service account lives in {project}, which is not listed here.", project=found[1]
        )


def check_given(request: KeyRequest, policy: Policy) -> Environment:
    """Refuse what is asked for where nothing is given any more: nobody is left whom its project names."""
    environment = policy.environments.get(request.environment)
    project = policy.project(request.project_id)
    offered = project is not None and request.environment in project.environments
    if environment is None or not offered or request.kind not in policy.kinds.allowed:
        raise Refused(
            "{environment} keys in {project} are not given any more.",
            environment=request.environment,
            project=request.project_id,
        )
    return environment


def check_lifetime(lifetime: timedelta, request: KeyRequest, policy: Policy) -> Environment:
    """Check a longer life against today's policy, as a new key would be; returns its environment's rules."""
    environment = check_given(request, policy)
    if request.kind is not Kind.VERTEX and not request.restriction.meets(environment.restriction):
        raise Refused(
            "{environment} keys must be restricted today, and this one is not. Please ask for a new key.",
            environment=request.environment,
        )
    if lifetime not in environment.lifetimes:
        raise Invalid(
            "lifetime",
            "{environment} keys can't live that long. Choose one of the times offered.",
            environment=request.environment,
        )
    return environment


def check_approver(person: Person, request: KeyRequest, approvers: AbstractSet[str]) -> None:
    """Refuse everyone but an approver, and an approver's own request."""
    check_decider(person, request.team_id, request.requester, approvers)


def check_decider(person: Person, team_id: str, requester: Person, approvers: AbstractSet[str]) -> None:
    """Refuse everyone but an approver who is not the requester."""
    check_member(person, team_id)
    if person.user_id not in approvers:
        raise Refused("Only Gemini key approvers can decide this. Ask your question in the thread.")
    if person.account == requester.account:
        raise Refused("You can't decide your own request.")


def check_holder(person: Person, request: KeyRequest) -> None:
    """Refuse everyone but the person whose key it is."""
    check_member(person, request.team_id)
    if person.account != request.requester.account:
        raise Refused("Only the person whose key {id} is can do that.", id=request.id)


def check_keeper(person: Person, request: KeyRequest, approvers: AbstractSet[str]) -> None:
    """Refuse everyone but the person whose key it is and the approvers."""
    check_member(person, request.team_id)
    if person.account != request.requester.account and person.user_id not in approvers:
        raise Refused("Only the person whose key {id} is, or an approver, can do that.", id=request.id)


def check_undoer(
    person: Person, request: KeyRequest, approvers: AbstractSet[str], *, needs_approver: bool
) -> None:
    """Let owners undo what they did, unless the policy wants an approver; the rest is for approvers."""
    check_member(person, request.team_id)
    if person.account != request.requester.account:
        check_decider(person, request.team_id, request.requester, approvers)
        return
    by = request.closed.by if request.closed else None
    if needs_approver or by is None or by.account != person.account:
        raise Refused("Only an approver can undo that.")


def check_decidable(request_by: Person, approvers: AbstractSet[str], needed: int) -> None:
    """Refuse a request that nobody could ever approve."""
    others = approvers - {request_by.user_id}
    if len(others) < needed:
        raise Refused(
            "Nobody could approve this: it needs {needed} approvers other than you. Please tell your admin.",
            needed=needed,
        )
