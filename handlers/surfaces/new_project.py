"""A new project: the form for it, what its card shows, and how the asker hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.rules import LONGEST_PURPOSE, SHORTEST_PURPOSE
from bot.operations.projects.trial import FINE
from handlers.surfaces import entered
from handlers.surfaces.blocks import Block, button, code, context, input_block, modal, option, quoted, section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.new_projects import NewProjects
    from bot.domain.repair import Offer, Repair
    from bot.languages.words import Words

CALLBACK_ID = "new_project"
OPEN = "open_new_project"
# The same names as in the form for a key: errors of the policy are shown there.
NAME, ENVIRONMENT, PURPOSE = "project", "environment", "purpose"
LONGEST_NAME = 30


def opening(words: Words) -> Block:
    """Open the form."""
    return button(OPEN, words("New project…"), label=words("Ask for a new project for keys"))


def build(words: Words, new: NewProjects, environments: Sequence[str]) -> Block:
    """Ask for a name, one of these environments and a purpose; say what the id will be made of."""
    name: Block = {"type": "plain_text_input", "action_id": NAME, "max_length": LONGEST_NAME}
    options = [option(environment, environment) for environment in environments]
    environment: Block = {
        "type": "static_select",
        "action_id": ENVIRONMENT,
        "options": options,
        "initial_option": options[0],
    }
    purpose: Block = {
        "type": "plain_text_input",
        "action_id": PURPOSE,
        "multiline": True,
        "min_length": SHORTEST_PURPOSE,
        "max_length": LONGEST_PURPOSE,
    }
    hint = words("Its id will be {pattern}.", pattern=new.id_pattern)
    return modal(
        CALLBACK_ID,
        words("A new project"),
        words("Cancel"),
        [
            section(words("I make it, ready for keys, once an approver says yes.")),
            input_block(NAME, words("Name"), name, hint=hint),
            input_block(ENVIRONMENT, words("Environment"), environment),
            input_block(PURPOSE, words("What is it for?"), purpose),
        ],
        submit=words("Ask for it"),
    )


def read(view: dict[str, Any]) -> tuple[str, str, str]:
    """Read (name, environment, purpose) from a submitted form."""
    return entered.text(view, NAME), entered.chosen(view, ENVIRONMENT), entered.text(view, PURPOSE)


def on_card(words: Words, offer: Offer) -> list[Block]:
    """Show the approvers what it is for, where it comes to be and who pays, with what only shows later."""
    folder, account = offer.after
    paid = words(
        "{account} pays for every call there. An account may pay for a limited number of projects, a new one "
        "for about five.",
        account=account.removeprefix("billingAccounts/"),
    )
    return [
        quoted(offer.purpose),
        context(
            words(
                "In `{folder}`, with the Gemini API on. Nobody owns it: the bot keeps its own role.",
                folder=folder,
            ),
            paid,
        ),
    ]


def done(words: Words, repair: Repair) -> tuple[str, list[Block]]:
    """Say that it is ready, and what comes next."""
    project = repair.offer.project_id
    text = words(
        "*{id}*: `{project}` is ready, and a key was seen to work there.", id=repair.id, project=project
    )
    if repair.trial != FINE:
        text = words(
            "*{id}*: `{project}` is ready, but no key was tried there.", id=repair.id, project=project
        )
    return text, [section(f"🎉 {text}"), code(f"/gemini-key request {project}")]
