"""What was read, where and when; what could not be; and how somebody else can read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.catalogue import BY_ID
from bot.diagnosis.finding import Sure
from bot.languages.words import N_
from handlers.surfaces.telling import spoken
from handlers.surfaces.text import date, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.case import Report
    from bot.diagnosis.probes import Reading
    from bot.languages.words import Words

MOST = 8
GCLOUD = (
    'gcloud projects describe PROJECT_ID --format="json(projectId,lifecycleState)"',
    'gcloud billing projects describe PROJECT_ID --format="json(projectId,billingEnabled)"',
    (
        'gcloud services list --available --project=PROJECT_ID --format="json(config.name,state)" '
        "--filter=config.name=generativelanguage.googleapis.com"
    ),
)
_SAFE = re.compile(r"[a-z0-9][a-z0-9:.\-]{2,60}")
NO_TEXT = N_("I can't try the key itself: I may not read its text, on purpose")
WHY_UNREAD = {
    "PERMISSION_DENIED": N_("not allowed"),
    "DEADLINE_EXCEEDED": N_("no answer in time"),
    "UNAVAILABLE": N_("no answer"),
    "NOT_FOUND": N_("not there"),
}


def read_for(words: Words, facts: Sequence[str], report: Report) -> list[str]:
    """List the readings behind a finding: call, resource, time."""
    read = [r for r in report.readings if not r.unread and set(r.facts).intersection(facts)]
    return [_line(words, reading) for reading in read[:MOST]]


def lines(words: Words, report: Report) -> list[str]:
    """Say in small print what was ruled out and what could not be read."""
    said = []
    out = [found for found in report.findings if found.sure is Sure.RULED_OUT]
    if out:
        titles = [words(BY_ID[o.cause].title, **spoken(words, o.values)) for o in out]
        said.append(words("Ruled out: {what}.", what="; ".join(titles[:MOST])))
    if unread := [_unread(words, reading) for reading in report.readings if reading.unread]:
        said.append(words("Could not be read: {what}.", what="; ".join(dict.fromkeys(unread[:MOST]))))
    return said


def commands(project: str) -> str:
    """Give the gcloud lines that read what the bot cannot; none of them shows a key's text."""
    name = project if _SAFE.fullmatch(project) else "PROJECT_ID"
    return "\n".join(line.replace("PROJECT_ID", name) for line in GCLOUD)


def _line(words: Words, reading: Reading) -> str:
    if reading.call == "gcloud":
        return words("✓ as you pasted it from `gcloud`; I did not read it myself")
    return f"✓ `{reading.call}` · {escape(reading.about)} · {date(reading.at, '{time_secs}')}"


def _unread(words: Words, reading: Reading) -> str:
    if reading.call == "ModelService/ListModels" and reading.unread == "PERMISSION_DENIED":
        return words(NO_TEXT)
    why = words(WHY_UNREAD[reading.unread]) if reading.unread in WHY_UNREAD else escape(reading.unread)
    return f"`{reading.call}` ({why})"
