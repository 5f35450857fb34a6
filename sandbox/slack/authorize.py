"""Slack's page on which a person lets the app into a workspace: /oauth/v2/authorize."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.slack import manifest

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.slack.installs import Installs


class Authorize:
    """GET asks into which workspace, POST is a person's answer there."""

    def __init__(self, installs: Installs) -> None:
        self._installs = installs

    async def __call__(self, request: Request) -> Response:
        """Show the page, or send the person back to the app with a code."""
        asked = dict(request.query_params)
        if wrong := self._wrong(asked):
            return HTMLResponse(f"<h1>Something went wrong</h1><p>{escape(wrong)}</p>", status_code=400)
        if request.method == "GET":
            return HTMLResponse(self._page(asked))
        answer = dict(parse_qsl((await request.body()).decode()))
        back, state = asked.get("redirect_uri") or self._installs.redirect_url, asked.get("state", "")
        if answer.get("answer") != "allow":
            return _back(back, error="access_denied", state=state)
        team = self._installs.teams.get(answer.get("team", ""))
        user = answer.get("user", "")
        if team is None or user not in team.workspace.accounts:
            return HTMLResponse("<h1>Nobody is signed in there</h1>", status_code=403)
        scopes = tuple(asked["scope"].split(","))
        code = self._installs.agree(team.id, user, scopes, asked.get("redirect_uri", ""))
        return _back(back, code=code, state=state)

    def _wrong(self, asked: dict[str, str]) -> str:
        """Say what Slack would not show the page for."""
        if asked.get("client_id") != self._installs.client_id:
            return "Invalid client_id parameter"
        if asked.get("redirect_uri", self._installs.redirect_url) != self._installs.redirect_url:
            return "redirect_uri did not match any configured URIs"
        scopes = [scope for scope in asked.get("scope", "").split(",") if scope]
        if not scopes:
            return "No scopes requested"
        if strange := sorted({*scopes} - {*manifest.BOT_SCOPES}):
            return f"Invalid permissions requested: {strange[0]}"
        return "User scopes are not part of this app" if asked.get("user_scope") else ""

    def _page(self, asked: dict[str, str]) -> str:
        teams = "".join(f"<option>{escape(team_id)}" for team_id in self._installs.teams)
        return (
            f"<h1>{escape(manifest.APP_NAME)} asks for permission</h1><p>{escape(asked['scope'])}</p>"
            f"<form method=post><select name=team>{teams}</select><input name=user placeholder=U0ADA>"
            "<button name=answer value=allow>Allow</button> <button name=answer value=cancel>Cancel</button>"
        )


def _back(address: str, **said: str) -> RedirectResponse:
    return RedirectResponse(f"{address}?{urlencode(said)}", status_code=302)
