"""The form for a key: build it, read it back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain import restriction
from bot.domain.key_request import Draft
from bot.domain.rules import LONGEST_PURPOSE, SHORTEST_PURPOSE
from bot.errors import Refused
from handlers.surfaces import entered, kind_fields, new_project, pause_note
from handlers.surfaces.blocks import Block, context, input_block, modal, note, option, plain, section
from handlers.surfaces.text import date, escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.key_request import KeyRequest
    from bot.domain.office import Office
    from bot.domain.policy import Policy
    from bot.domain.readiness import ProjectReadiness
    from bot.languages.words import Words

CALLBACK_ID = "request_key"
PROJECT, ENVIRONMENT, PURPOSE, LIFETIME = "project", "environment", "purpose", "lifetime"
RESTRICTION = "restriction"
MOST_OPTIONS = 100
# Google's words for "it is not there, or not for you"; any other means that it could not be asked.
UNSEEN = frozenset({"PERMISSION_DENIED", "NOT_FOUND"})
# Longer than three hundred years, and still a timedelta.
_SECONDS = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Form:
    """What the form said; `errors` maps block ids to sentences, and then there is no draft."""

    draft: Draft | None = None
    errors: dict[str, str] = field(default_factory=dict)


def build(
    words: Words,
    policy: Policy,
    readiness: Mapping[str, ProjectReadiness],
    *,
    project_id: str = "",
    kind: str = "",
    draft: Draft | None = None,
    office: Office | None = None,
    may_make: bool = False,
) -> Block:
    """Build the form, filled with `draft` when a request is edited and sent again.

    `may_make` offers a project of its own to who finds none.
    """
    chosen = draft.project_id if draft else project_id
    return modal(
        CALLBACK_ID,
        words("Request a Gemini key"),
        words("Cancel"),
        [
            note(words("The key never appears in Slack. You'll get a Secret Manager link.")),
            *(pause_note.banner(words, office) if office else []),
            input_block(PROJECT, words("Project"), _projects(words, policy, readiness, chosen)),
            *(_new_project(words) if may_make else []),
            input_block(ENVIRONMENT, words("Environment"), _environments(policy, chosen, draft)),
            input_block(
                PURPOSE,
                words("What will you build?"),
                _purpose(words, draft),
                hint=words("Approvers read this."),
            ),
            *kind_fields.build(words, policy, draft, kind),
            input_block(
                LIFETIME,
                words("How long do you need it?"),
                _lifetimes(words, policy, draft),
                hint=_offered(words, policy),
            ),
            *_restriction(words, policy, draft),
        ],
        submit=words("Send request"),
    )


def read(words: Words, view: dict[str, Any], project_id: str = "") -> Form:
    """Read a submitted form; what is missing or unreadable is an error at its field."""
    project_id = project_id or entered.chosen(view, PROJECT)
    environment = entered.chosen(view, ENVIRONMENT)
    purpose = entered.text(view, PURPOSE)
    seconds = entered.chosen(view, LIFETIME)
    errors = {}
    if not project_id:
        errors[PROJECT] = words("Choose a project from the list.")
    if not environment:
        errors[ENVIRONMENT] = words("Choose an environment.")
    if not _SECONDS.fullmatch(seconds):
        errors[LIFETIME] = words("Choose how long you need the key.")
    try:
        allowed = restriction.read(entered.text(view, RESTRICTION))
    except Refused as refused:
        errors[RESTRICTION] = words(refused.template, **refused.values)
    if errors:
        return Form(errors=errors)
    kind, identity = kind_fields.read(view)
    return Form(
        Draft(
            project_id=project_id,
            environment=environment,
            purpose=purpose,
            lifetime=timedelta(seconds=int(seconds)),
            kind=kind,
            identity=identity,
            restriction=allowed,
        )
    )


def sent(words: Words, request: KeyRequest) -> Block:
    """Say that the request was written down; shown in place of the form."""
    if request.rule:
        approved = words(
            "*{id}* is approved by the rule “{rule}” of the policy. I'll DM you when the key is ready.",
            id=request.id,
            rule=escape(request.rule),
        )
        return modal("request_sent", words("Request approved"), words("Close"), [section(f"✅ {approved}")])
    text = words(
        "Sent, *{id}*. The approvers get a card, and I'll DM you when they decide. "
        "Undecided requests are over after {time}.",
        id=request.id,
        time=request.lapses_at - request.requested_at,
    )
    shown = [section(f"✅ {text}"), *back(words, request)]
    return modal("request_sent", words("Request sent"), words("Close"), shown)


def back(words: Words, request: KeyRequest) -> list[Block]:
    """Say when approvers are there again, to who asked while they were not."""
    if request.opens_at is None:
        return []
    when = date(request.opens_at, "{date_long_pretty} {time}")
    return [context(words("Approvers are back {date}. Time runs from then on.", date=when))]


def _projects(words: Words, policy: Policy, readiness: Mapping[str, ProjectReadiness], chosen: str) -> Block:
    if not 0 < len(policy.projects) <= MOST_OPTIONS:
        select: Block = {"type": "external_select", "action_id": PROJECT, "min_query_length": 0}
    else:
        options = [project_option(words, project.id, readiness) for project in policy.projects]
        select = {"type": "static_select", "action_id": PROJECT, "options": options}
    if policy.project(chosen):
        select["initial_option"] = project_option(words, chosen, readiness)
    return {**select, "placeholder": plain(words("Choose a project"), 150)}


def project_option(words: Words, project_id: str, readiness: Mapping[str, ProjectReadiness]) -> Block:
    """Offer one project, with what is known about it."""
    known = readiness.get(project_id)
    return option(project_id, project_id, readiness_words(words, known) if known else "")


def readiness_words(words: Words, known: ProjectReadiness) -> str:
    """Say in a few words how ready a project is; what could not be read is said so."""
    if known.state is None:
        unseen = known.unreadable.get("state") in UNSEEN
        return words("The bot can't see this project") if unseen else words("Not checked lately")
    if known.state != "ACTIVE":
        return words("This project is being deleted")
    if known.api_enabled is False:
        return words("The Gemini API is off; the bot will switch it on")
    if known.billing_enabled is False:
        return words("No open billing: free tier only")
    if known.api_enabled and known.billing_enabled:
        return words("Ready")
    return words("The Gemini API is on") if known.api_enabled else ""


def _new_project(words: Words) -> list[Block]:
    return [section(words("None of these fits? Ask for a project of its own."), new_project.opening(words))]


def _environments(policy: Policy, chosen: str, draft: Draft | None) -> Block:
    options = [option(name, name) for name in list(policy.environments)[:10]]
    project = policy.project(chosen)
    wanted = draft.environment if draft else project.environments[0] if project else ""
    initial = next((o for o in options if o["value"] == wanted), options[0])
    return {
        "type": "radio_buttons",
        "action_id": ENVIRONMENT,
        "options": options,
        "initial_option": initial,
    }


def _purpose(words: Words, draft: Draft | None) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": PURPOSE,
        "multiline": True,
        "min_length": SHORTEST_PURPOSE,
        "max_length": LONGEST_PURPOSE,
        "placeholder": plain(words("For example: summarise support tickets in our internal tool"), 150),
    }
    return {**element, "initial_value": draft.purpose} if draft else element


def _lifetimes(words: Words, policy: Policy, draft: Draft | None) -> Block:
    spans = sorted({span for rules in policy.environments.values() for span in rules.lifetimes})[:100]
    options = [option(words.duration(span), str(int(span.total_seconds()))) for span in spans]
    wanted = str(int(draft.lifetime.total_seconds())) if draft else ""
    initial = next((o for o in options if o["value"] == wanted), None)
    select: Block = {"type": "static_select", "action_id": LIFETIME, "options": options}
    select["placeholder"] = plain(words("Choose a time"), 150)
    return {**select, "initial_option": initial} if initial else select


def _restriction(words: Words, policy: Policy, draft: Draft | None) -> list[Block]:
    """Ask from where the key is used, where the policy has anything to do with it."""
    demanded = [
        name for name, rules in policy.environments.items() if rules.restriction not in {"none", "optional"}
    ]
    if all(rules.restriction == "none" for rules in policy.environments.values()):
        return []
    element: Block = {
        "type": "plain_text_input",
        "action_id": RESTRICTION,
        "multiline": True,
        "max_length": 1_000,
        "placeholder": plain("198.51.100.0/24", 150),
    }
    if draft and draft.restriction.entries:
        element["initial_value"] = "\n".join(draft.restriction.entries)
    hint = words("Needed for {environments}.", environments=words.items(demanded)) if demanded else ""
    label = words("From which addresses, or on which web pages, is it used?")
    return [input_block(RESTRICTION, label, element, hint=hint, optional=True)]


def _offered(words: Words, policy: Policy) -> str:
    """Show each environment's rule, so that nothing is cut silently."""
    return "  ".join(
        words("{environment}: {times}.", environment=name, times=list(rules.lifetimes))
        for name, rules in policy.environments.items()
    )
