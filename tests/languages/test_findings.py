"""What why-403 and doctor find is said in every language: titles, reasons, evidence, fixes, delays."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.case import Case, Parsed, Report, Said, Sight
from bot.diagnosis.catalogue import CAUSES
from bot.diagnosis.cause import Cause
from bot.diagnosis.error import Shape
from bot.diagnosis.facts import KNOWN, Facts, Unknown
from bot.diagnosis.finding import Sure
from bot.diagnosis.judge import weigh
from bot.doctor import troubles
from bot.languages.words import Words
from handlers.surfaces import why_answer
from sandbox.slack.blocks.surfaces import message_problems, view_problems
from tests.support.people import ADA, NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages import Catalog

    from bot.diagnosis.finding import Finding

TROUBLES = [value for value in vars(troubles).values() if isinstance(value, Cause)]
# What a fact may be, by the type that its description begins with.
VALUES: dict[str, tuple[object, ...]] = {
    "bool": (True, False),
    "int": (1, 10_000),
    "frozenset[str]": (frozenset(), frozenset({"storage.googleapis.com"})),
    "tuple[str": ((),),
    "str": (
        *("", "ENABLED", "DISABLED", "ACTIVE", "DELETED", "DELETE_REQUESTED", "NOT_FOUND"),
        *("none", "browser", "server", "android", "ios"),
    ),
}


def evidence(cause: Cause) -> Iterator[str]:
    """Confirm a cause by everything that could be read."""
    kinds = [VALUES[KNOWN[name].partition(", ")[0]] for name in cause.reads]
    for values in product(*kinds):
        try:
            said = cause.confirm(Facts(dict(zip(cause.reads, values, strict=True))))
        except Unknown:
            continue
        if said is not None:
            yield said


@pytest.mark.parametrize("cause", [*CAUSES, *TROUBLES], ids=lambda cause: cause.id)
def test_all_that_a_cause_says_reaches_the_translators(cause: Cause, template: Catalog) -> None:
    """No sentence of the catalogue, and none that confirms a cause, is missing from the template."""
    told = {cause.title, cause.explain, cause.fix.words, cause.fix.effective, *evidence(cause)}

    assert [sentence for sentence in told if sentence not in template] == []


def shown(cause: Cause) -> Case:
    """Answer a question with this cause, as the first error that it fires on."""
    error = cause.fires_on[0]
    found: Finding = replace(weigh((replace(cause, needs_proof=False),), error, Facts())[0], sure=Sure.LIKELY)
    said = Said(
        cause=cause.id,
        sure=found.sure,
        values=found.title.values,
        evidence=found.evidence.template,
        evidence_values=found.evidence.values,
        command=found.command,
        who=found.who,
        about="",
        people=(),
        people_unread="",
    )
    report = Report(findings=(said,), readings=(), at=NOW, sight=Sight.NOT_NAMED)
    return Case(id="C-1", asker=ADA, asked_at=NOW, parsed=Parsed(shape=Shape.JSON), report=report)


def test_every_finding_is_a_message_that_slack_takes(language: str) -> None:
    """In every language each cause is a message and a modal within Slack's limits, and not in English."""
    words, english = Words(language), Words()
    for cause in CAUSES:
        text, blocks = why_answer.message(words, shown(cause))

        assert message_problems(blocks) == [], cause.id
        assert view_problems(why_answer.view(words, shown(cause))) == [], cause.id
        assert text != why_answer.message(english, shown(cause))[0]
        assert "{" not in text
