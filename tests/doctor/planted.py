"""One misconfiguration at a time, planted into a healthy set-up, and what the doctor must say of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.doctor.line import Mark
from tests.doctor.stage import BOT_EMAIL, Stage, wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Role

MEMBER = f"serviceAccount:{BOT_EMAIL}"


@dataclass(frozen=True)
class Planted:
    """What is spoilt, and what the doctor must say: the check, how it stands, a part of fix or command."""

    name: str
    role: Role
    spoil: Callable[[Stage], Any]
    check: str
    says: str
    mark: Mark = Mark.PROBLEM
    beside: tuple[str, ...] = ()


def slack(name: str, spoil: Callable[[Stage], Any], check: str, says: str, **more: Any) -> Planted:
    return Planted(name, "slack", spoil, check, says, **more)


def google(name: str, spoil: Callable[[Stage], Any], check: str, says: str, **more: Any) -> Planted:
    def without_slack(stage: Stage) -> None:
        stage.set(SLACK_BOT_TOKEN=None, SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=None)
        spoil(stage)

    return Planted(name, "worker", without_slack, check, says, **more)


def forget_the_bot(policy: Any) -> None:
    """Take every role that the bot has by an IAM policy."""
    kept = [binding for binding in policy.bindings if MEMBER not in binding.members]
    del policy.bindings[:]
    policy.bindings.extend(kept)


async def find(stage: Stage, case: Planted) -> None:
    """Plant it, look, and check that it is named with its fix, and that no alarm is raised about the rest."""
    case.spoil(stage)

    lines = await stage.look(case.role)

    found = [line for line in lines if line.check == case.check and line.mark is case.mark]
    assert found, [(line.check, line.mark, str(line.finding.evidence)) for line in lines if not line.healthy]
    told = [f"{line.finding.fix} {line.finding.command} {line.finding.evidence}" for line in found]
    assert any(case.says in text for text in told), told
    assert all(line.finding.who for line in found)
    assert {check for check, _ in wrong(lines)} <= {case.check, *case.beside}, wrong(lines)
    json.dumps([line.as_json() for line in lines])
