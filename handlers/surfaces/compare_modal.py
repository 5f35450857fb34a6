"""`/gemini-key compare`: three questions, the recommendation below, and the kinds side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.kinds import Answers, Data, Have, Where, recommend
from handlers.surfaces import entered
from handlers.surfaces.blocks import Block, actions, button, context, divider, modal, option, section
from handlers.surfaces.compare_words import ADVICE, DATA, HAVE, NOTES, QUESTIONS, TRUTHS, WHERE
from handlers.surfaces.help_message import REQUEST_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.kinds import Advice, Kind
    from bot.languages.words import Words

CALLBACK_ID = "compare"


def build(
    words: Words, chosen: Mapping[str, str] | None = None, allowed: frozenset[Kind] = frozenset()
) -> Block:
    """Ask, and answer what is answered."""
    chosen = chosen or {}
    shown = [_question(words, block_id, chosen.get(block_id, "")) for block_id in QUESTIONS]
    questions = [block for pair in shown for block in pair]
    return modal(
        CALLBACK_ID,
        words("Which access do I need?"),
        words("Close"),
        [*questions, divider(), *_advice(words, chosen, allowed), *_truths(words)],
    )


def read(view: dict[str, Any]) -> dict[str, str]:
    """Read what is chosen so far, by question."""
    return {name: chosen for name in QUESTIONS if (chosen := entered.chosen(view, name))}


def answers(chosen: Mapping[str, str]) -> Answers | None:
    """Read the three answers, None until all are there."""
    try:
        return Answers(Where(chosen[WHERE]), Have(chosen[HAVE]), Data(chosen[DATA]))
    except (KeyError, ValueError):
        return None


def _question(words: Words, block_id: str, value: str) -> tuple[Block, Block]:
    title, choices = QUESTIONS[block_id]
    options = [option(words(text), choice.value) for choice, text in choices.items()]
    initial = next((one for one in options if one["value"] == value), None)
    radio: Block = {"type": "radio_buttons", "action_id": block_id, "options": options}
    if initial:
        radio["initial_option"] = initial
    return section(f"*{words(title)}*"), actions(block_id, radio)


def _advice(words: Words, chosen: Mapping[str, str], allowed: frozenset[Kind]) -> list[Block]:
    given = answers(chosen)
    if given is None:
        return [section(words("Answer the three questions, and I'll tell you what to take."))]
    advice = recommend(given, allowed)
    said = [
        section(f"👉 {words(ADVICE[advice.kind])}"),
        *(section(words(NOTES[note])) for note in advice.notes),
    ]
    return [*said, _ask(words, advice)]


def _ask(words: Words, advice: Advice) -> Block:
    return actions(
        "compare_ask", button(REQUEST_KEY, words("Request it"), advice.kind.value, style="primary")
    )


def _truths(words: Words) -> list[Block]:
    return [divider(), *(context(words(truth)) for truth in TRUTHS)]
