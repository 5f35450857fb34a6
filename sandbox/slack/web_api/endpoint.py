"""Answer /api/{method}: token, scope, rate limit, then the method itself."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from sandbox.slack import manifest
from sandbox.slack.errors import ApiError
from sandbox.slack.web_api import auth, chat, conversations, files, functions, misc, oauth, users, views
from sandbox.slack.web_api.arguments import Arguments, read_arguments
from sandbox.slack.web_api.method import Method, need_scope

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.slack.installs import Installs
    from sandbox.slack.team import Team

METHODS: dict[str, Method] = {
    method.name: method
    for family in (auth, chat, conversations, files, functions, misc, users, views)
    for method in family.METHODS
}


class WebApi:
    """The Web API of all teams that the app is in; a call's token says of which it is."""

    def __init__(self, installs: Installs, team: Team) -> None:
        """Take calls without a workspace's token as this team's, for faults, limits and traffic."""
        self._installs, self._team = installs, team
        self._methods = METHODS | {method.name: method for method in oauth.methods(installs)}

    async def __call__(self, request: Request) -> JSONResponse:
        """Serve one call and record it."""
        started = perf_counter()
        name, arguments = request.path_params["method"], Arguments({})
        headers: dict[str, str] = {}
        status, team = 200, self._team
        try:
            arguments = await read_arguments(request)
            team = self._installs.team_of(arguments.token) or team
            answer = {"ok": True, **await self._answer(team, name, arguments)}
        except ApiError as refused:
            answer, status, headers = refused.as_json(), refused.status, refused.headers
        ms = (perf_counter() - started) * 1000
        word = "ok" if answer["ok"] else str(answer["error"])
        team.traffic.record(
            "bot→slack", "web_api", name, status=word, ms=ms, request=arguments.values, response=answer
        )
        return JSONResponse(answer, status_code=status, headers=headers | _scopes(team, name))

    async def _answer(self, team: Team, name: str, arguments: Arguments) -> dict[str, Any]:
        await team.faults.slowness()
        team.faults.hit(name)
        method = self._methods.get(name)
        if method is None:
            raise ApiError("unknown_method", req_method=name)
        self._check_token(team, method, arguments.token)
        need_scope(team, method.scope)
        team.rate_limits.call(name, method.per_minute)
        return await method.call(team, arguments)

    def _check_token(self, team: Team, method: Method, token: str) -> None:
        kinds = {team.credentials.bot_token: "bot", team.credentials.app_token: "app"}
        if method.token == "none":
            return
        if not token:
            raise ApiError("not_authed")
        if token in self._installs.dead:
            raise ApiError("account_inactive")
        if token not in kinds:
            raise ApiError("invalid_auth")
        if kinds[token] != method.token:
            raise ApiError("not_allowed_token_type")


def _scopes(team: Team, name: str) -> dict[str, str]:
    method = METHODS.get(name)
    if method is None or method.token == "none":
        return {}
    granted = manifest.APP_SCOPES if method.token == "app" else team.options.scopes
    return {"x-oauth-scopes": ",".join(granted), "x-accepted-oauth-scopes": method.scope}
