"""Settings and policy: what can be judged without asking anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Fixer
from bot.doctor.line import Area, trouble
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.doctor.line import Line
    from bot.domain.policy import Policy

POLICY, SETTINGS, SLACK = Area("policy"), Area("settings"), Area("slack")

POLICY_WRONG = trouble(
    "policy",
    N_("The policy file has a problem"),
    N_("Correct the line; deploy/policy.example.toml explains each."),
    command="gemini-key-bot policy check {path}",
    who=(Fixer.REQUESTER,),
)
UNREAD = trouble(
    "policy-unread",
    N_("The policy file can't be read"),
    N_("Let `gemini-key-bot init` write one, or set GEMINI_KEY_BOT_POLICY_FILE to where it is."),
    who=(Fixer.REQUESTER,),
)
NO_POLICY = trouble(
    "no-policy",
    N_("The workspace {team} has no policy"),
    N_("Add {team}.toml to the policy folder, or take the app out of the workspace."),
    who=(Fixer.REQUESTER,),
)
NOT_INSTALLED = trouble(
    "not-installed",
    N_("The app does not speak in the workspace {team}"),
    N_("Open /slack/install at the bot's address, as somebody who may install apps in that workspace."),
    who=(Fixer.REQUESTER,),
)
NOT_SEEN = trouble(
    "installations-not-seen",
    N_("Where the app is installed can't be seen from here"),
    N_("Look while the bot runs, or set REDIS_URL."),
    who=(Fixer.REQUESTER,),
)
SETTING_WRONG = trouble(
    "setting",
    N_("A setting is wrong"),
    N_("Correct it where the bot's environment is set; the README lists all settings."),
    who=(Fixer.REQUESTER,),
)


def setting(sentence: str) -> Line:
    """Say which setting stops the start."""
    return SETTINGS.problem(SETTING_WRONG, N_("{sentence}"), sentence=sentence)


def policy(path: str, found: Policy | None, problems: Sequence[tuple[int, str]]) -> Iterator[Line]:
    """Say every problem of the policy file with its line, or that there is none."""
    for line, message in problems:
        said = N_("{path}:{line}: {message}")
        yield POLICY.problem(POLICY_WRONG, said, f"{path}:{line}", path=path, line=str(line), message=message)
    if found is not None:
        said = N_("{path} is without a problem: {projects} projects, {environments} environments.")
        counted = {"projects": str(len(found.projects)), "environments": str(len(found.environments))}
        yield POLICY.fine(POLICY_WRONG, said, path, path=path, **counted)


def unread(path: str, why: str) -> Line:
    """Say that there is no policy to look at."""
    return POLICY.problem(UNREAD, N_("{path}: {why}"), path, path=path, why=why)


def missing(folder: str, team_id: str) -> Line:
    """Say that a workspace which the app is in has no policy."""
    said = N_("{folder} has no {team}.toml, so nobody there can ask for anything.")
    return POLICY.problem(NO_POLICY, said, team_id, team=team_id, folder=folder)


def not_seen() -> Line:
    """Say that nobody can tell where the app is installed."""
    said = N_("The bot's own Redis, which knows it, does not run.")
    return SLACK.unknown(NOT_SEEN, said)


def not_installed(team_id: str, sentence: str) -> Line:
    """Say that a workspace with a policy has no app that answers."""
    return SLACK.warning(NOT_INSTALLED, N_("{sentence}"), team_id, team=team_id, sentence=sentence)
