"""OAuth 2.0 for the app: who agreed to what in which workspace, and which tokens came of it.

Slack, Installing with OAuth: codes live for ten minutes and are taken once; uninstalling kills the token.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.slack.errors import ApiError
from sandbox.slack.interactions import events
from sandbox.slack.manifest import BOT_USER_ID
from sandbox.slack.tokens import bot_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.slack.team import Team

CODE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a person agreed to on Slack's page."""

    team_id: str
    user: str
    scopes: tuple[str, ...]
    redirect_uri: str
    at: float


@dataclass(slots=True)
class Installs:
    """The app's own credentials, the workspaces that there are, and what each has agreed to."""

    clock: Callable[[], float]
    redirect_url: str = ""
    client_id: str = field(default_factory=lambda: f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}")
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    teams: dict[str, Team] = field(default_factory=dict)
    agreed: dict[str, Agreed] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)

    def agree(self, team_id: str, user: str, scopes: tuple[str, ...], redirect_uri: str) -> str:
        """Return the code that stands for a person's yes."""
        code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.agreed[code] = Agreed(team_id, user, scopes, redirect_uri, self.clock())
        return code

    def redeem(self, code: str, client_id: str, client_secret: str, redirect_uri: str) -> tuple[Team, Agreed]:
        """Install the app for a code, once; ApiError in Slack's words."""
        self.check(client_id, client_secret)
        found = self.agreed.pop(code, None)
        if found is None:
            raise ApiError("invalid_code")
        if self.clock() - found.at > CODE_SECONDS:
            raise ApiError("code_expired")
        if redirect_uri != found.redirect_uri:
            raise ApiError("bad_redirect_uri")
        team = self.teams[found.team_id]
        team.install(bot_token(), found.scopes)
        return team, found

    def add(self, team: Team) -> Team:
        """Let the app be installed there."""
        self.teams[team.id] = team
        return team

    def check(self, client_id: str, client_secret: str) -> None:
        """Refuse strangers; ApiError invalid_client_id or bad_client_secret."""
        if client_id != self.client_id:
            raise ApiError("invalid_client_id")
        if not secrets.compare_digest(client_secret, self.client_secret):
            raise ApiError("bad_client_secret")

    def team_of(self, token: str) -> Team | None:
        """Find the workspace of a bot token that works."""
        return next((team for team in self.teams.values() if team.credentials.bot_token == token), None)

    def uninstall(self, team: Team) -> None:
        """Take the app out of a workspace: its token is dead from now on, and the app hears of it."""
        self.dead.add(team.credentials.bot_token)
        for kind, more in (("tokens_revoked", {"tokens": {"bot": [BOT_USER_ID]}}), ("app_uninstalled", {})):
            events.publish(team, BOT_USER_ID, {"type": kind, **more})
        team.install("", team.options.scopes)
