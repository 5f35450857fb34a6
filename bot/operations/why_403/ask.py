"""Ask why-403: what a person pasted is redacted and parsed here, and only what came of that goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.diagnosis.case import Case
from bot.diagnosis.told import told
from bot.diagnosis.verdict import parsed_of
from bot.diagnosis.why import parse
from bot.domain import rules
from bot.domain.redact import sweep
from bot.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.person import Person
    from bot.domain.policy import Policy


class Cases(Protocol):
    """Where questions are kept."""

    async def put(self, case: Case) -> None:
        """Keep a question."""

    async def get(self, team_id: str, case_id: str) -> Case:
        """Read a case, or raise `NotFound`."""


class Asking(Protocol):
    """The way to the workers."""

    async def ask(self, case: Case) -> None:
        """Have a case answered; raises `Unavailable` when it could not be sent."""


@dataclass(frozen=True, slots=True)
class Inquiries:
    """What asking takes, introduced once in `bot.wiring`."""

    team_id: str
    cases: Cases
    queue: Asking
    policy: Callable[[], Policy]
    now: Callable[[], datetime]
    nonce: Callable[[], str]


def question(
    inquiries: Inquiries, by: Person, text: str = "", *, request_id: str = "", project_id: str = ""
) -> Case:
    """Make a case of a pasted text, or of none; raises `BotError` when the text cannot be an error.

    Of the text only the redacted and parsed error is kept, and of a credential in it only its kind.
    """
    rules.check_requester(by, inquiries.policy(), inquiries.team_id)
    redacted, kinds = sweep(text)
    parsed = parsed_of(parse(redacted)[0]) if text.strip() else None
    return Case(
        id=inquiries.nonce(),
        asker=by,
        asked_at=inquiries.now(),
        parsed=parsed,
        secrets=kinds,
        told=told(redacted),
        request_id=request_id,
        project_id=project_id,
    )


async def send(inquiries: Inquiries, case: Case, place: Mapping[str, str]) -> Case:
    """Have a case answered where the chat can show it."""
    asked = replace(case, place=place, report=None, asked_at=inquiries.now())
    await inquiries.cases.put(asked)
    await inquiries.queue.ask(asked)
    return asked


async def found(inquiries: Inquiries, by: Person, case_id: str) -> Case:
    """Read a case of one's own."""
    case = await inquiries.cases.get(by.team_id, case_id)
    if case.asker.account != by.account:
        raise Refused("Only the person who asked can take this up.")
    return case
