"""Answers by response_url: new, replacing or deleting, ephemeral unless said otherwise."""

from __future__ import annotations

import json
from time import perf_counter
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from sandbox.slack.content import content
from sandbox.slack.errors import ApiError
from sandbox.slack.posting import post, rewrite

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.slack.records import Json
    from sandbox.slack.response_urls import ResponseUrl
    from sandbox.slack.team import Team

BAD_REQUEST = 400


class ResponseEndpoint:
    """Answers POST /response/{key}."""

    def __init__(self, team: Team) -> None:
        self._team = team

    async def __call__(self, request: Request) -> JSONResponse:
        """Serve one use of a response_url and record it."""
        started = perf_counter()
        body: Any = None
        status, answer = 200, {"ok": True}
        try:
            url = self._team.response_urls.use(request.path_params["key"])
            body = read_body(await request.body())
            respond(self._team, url, body)
        except ApiError as refused:
            answer = refused.as_json()
            status = refused.status if refused.status != 200 else BAD_REQUEST  # noqa: PLR2004 - HTTP's OK
        ms = (perf_counter() - started) * 1000
        word = "ok" if answer["ok"] else str(answer["error"])
        self._team.traffic.record(
            "bot→slack", "response_url", "response_url", status=word, ms=ms, request=body, response=answer
        )
        return JSONResponse(answer, status_code=status)


def read_body(raw: bytes) -> Json:
    """Read the JSON body; ApiError invalid_payload."""
    try:
        body = json.loads(raw)
    except ValueError:
        raise ApiError("invalid_payload") from None
    if not isinstance(body, dict):
        raise ApiError("invalid_payload")
    return body


def respond(team: Team, url: ResponseUrl, body: Json) -> None:
    """Do what one answer asks for."""
    source = url.source
    channel = team.workspace.channels[url.channel]
    standing = source is not None and source in channel.messages
    if body.get("delete_original"):
        if source is not None and standing:
            team.workspace.remove(source)
        return
    said = content(body)
    if body.get("replace_original") and source is not None and standing:
        rewrite(team, source, said)
        return
    visible_to = None if body.get("response_type") == "in_channel" else url.user
    post(team, channel, said, visible_to=visible_to, thread_ts=body.get("thread_ts") or url.thread_ts)
