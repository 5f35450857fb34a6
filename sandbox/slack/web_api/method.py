"""Describe one Web API method: who may call it and how often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.slack.errors import ApiError
from sandbox.slack.team import Team
from sandbox.slack.web_api.arguments import Arguments

Json = dict[str, Any]
Call = Callable[[Team, Arguments], Awaitable[Json]]
TokenKind = Literal["bot", "app", "none"]


@dataclass(frozen=True, slots=True)
class Method:
    """A method's name, its code, its scope ("" when none is needed) and its calls per minute."""

    name: str
    call: Call
    per_minute: int
    scope: str = ""
    token: TokenKind = "bot"


def need_scope(team: Team, scope: str) -> None:
    """Refuse with missing_scope, saying what is needed and what was granted."""
    if scope and scope not in team.options.scopes:
        raise missing_scope(team, scope)


def need_any_scope(team: Team, *scopes: str) -> None:
    """Refuse unless one of the scopes was granted."""
    if not set(scopes) & set(team.options.scopes):
        raise missing_scope(team, ",".join(scopes))


def missing_scope(team: Team, needed: str) -> ApiError:
    """Name what is needed and what was granted."""
    return ApiError("missing_scope", needed=needed, provided=",".join(team.options.scopes))
