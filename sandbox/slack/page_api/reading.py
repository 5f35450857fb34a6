"""What the page reads: people, channels, messages, traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from sandbox.people import TEAM_ID, TEAM_NAME
from sandbox.slack import manifest
from sandbox.slack.errors import PageError
from sandbox.slack.page_api.endpoint import Json, endpoint, me

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.slack.records import Channel
    from sandbox.slack.team import Team


class Reading:
    """The read side of the page API."""

    def __init__(self, team: Team, settings: Json) -> None:
        self._team = team
        self._settings = settings

    def routes(self) -> list[Route]:
        """List the addresses, below /page."""
        return [
            Route("/people", endpoint(self.people)),
            Route("/workspace", endpoint(self.workspace)),
            Route("/channels/{id}/messages", endpoint(self.messages)),
            Route("/channels/{id}/replies", endpoint(self.replies)),
            Route("/traffic", endpoint(self.traffic)),
            Route("/files/{id}", self.file),
            Route("/settings", endpoint(self.settings)),
        ]

    async def people(self, request: Request) -> Json:
        """List the personas, the team and the app."""
        return {
            "people": [account.for_page() for account in self._team.workspace.accounts.values()],
            "team": {"id": TEAM_ID, "name": TEAM_NAME},
            "bot": {
                "id": manifest.BOT_ID,
                "name": manifest.APP_NAME,
                "user_id": manifest.BOT_USER_ID,
            },
        }

    async def workspace(self, request: Request) -> Json:
        """Show what one person's window shows."""
        user = me(request)
        self._team.workspace.person(user)
        home = self._team.views.homes.get(user)
        stack = self._team.views.stacks.get(user, [])
        return {
            "me": self._team.workspace.accounts[user].for_page(),
            "channels": self._team.workspace.channel_list(user),
            "home": home.as_slack() if home else None,
            "commands": manifest.slash_commands(),
            "shortcuts": [{"callback_id": s.callback_id, "name": s.name} for s in manifest.MESSAGE_SHORTCUTS],
            "steps": [{"callback_id": each.callback_id, "title": each.title} for each in manifest.FUNCTIONS],
            "view": stack[-1].as_slack() if stack else None,
            "stack": [view.id for view in stack],
        }

    async def messages(self, request: Request) -> Json:
        """List a conversation, oldest first, without thread replies."""
        user, channel = self._channel(request)
        shown = [
            message.for_page(len(channel.replies(message.ts)))
            for message in channel.seen_by(user)
            if message.broadcast or not message.is_reply
        ]
        return {"messages": shown, "members": channel.members}

    async def replies(self, request: Request) -> Json:
        """List a thread: its first message, then what this person sees of the replies."""
        user, channel = self._channel(request)
        thread_ts = request.query_params.get("thread_ts", "")
        first = channel.find(thread_ts)
        if first is None or first.visible_to not in {None, user}:
            raise PageError("thread_not_found", status=404)
        below = [m.for_page() for m in channel.seen_by(user) if m.thread_ts == thread_ts and m.is_reply]
        return {"messages": [first.for_page(len(below)), *below]}

    async def file(self, request: Request) -> Response:
        """Serve a file to whoever is in a conversation that it was shared in."""
        file = self._team.files.files.get(request.path_params["id"])
        user = request.query_params.get("as", "")
        channels = self._team.workspace.channels
        if file is None or not any(user in channels[shared].members for shared in file.channels):
            return Response(status_code=404)
        headers = {"Cache-Control": "private", "X-Content-Type-Options": "nosniff"}
        return Response(file.data, media_type=file.kind[1], headers=headers)

    async def traffic(self, request: Request) -> Json:
        """List recorded exchanges after a number."""
        try:
            after = int(request.query_params.get("after", "0"))
        except ValueError:
            raise PageError("invalid_argument", argument="after") from None
        return {"entries": self._team.traffic.after(after)}

    async def settings(self, request: Request) -> Json:
        """Say how this Slack reaches its app."""
        return self._settings

    def _channel(self, request: Request) -> tuple[str, Channel]:
        user = me(request)
        return user, self._team.workspace.channel_of(user, request.path_params["id"])
