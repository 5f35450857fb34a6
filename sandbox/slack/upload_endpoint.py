"""Take the bytes of a file at the address that files.getUploadURLExternal gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.slack.team import Team


class UploadEndpoint:
    """Serve /upload/v1/{ticket}: the raw bytes as the body; the ticket is the only credential."""

    def __init__(self, team: Team) -> None:
        self._team = team

    async def __call__(self, request: Request) -> PlainTextResponse:
        """Answer `OK - <bytes>` as Slack does, or 400 with what is wrong."""
        data = await request.body()
        wrong = self._team.files.receive(request.path_params["ticket"], data)
        self._team.traffic.record(
            "bot→slack",
            "web_api",
            "upload",
            status=wrong or "ok",
            request={"content_type": request.headers.get("content-type", ""), "bytes": len(data)},
        )
        if wrong:
            return PlainTextResponse(wrong, status_code=400)
        return PlainTextResponse(f"OK - {len(data)}")
