"""What the page does: write, run commands, press, send, close, break things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from sandbox.slack.delivery.socket import SocketTransport
from sandbox.slack.directory import LOCALES
from sandbox.slack.errors import PageError
from sandbox.slack.faults import SOCKET_FAULTS
from sandbox.slack.interactions import actions, commands, events, submissions, suggestions, workflows
from sandbox.slack.page_api.endpoint import Json, body_of, endpoint, word

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.slack.team import Team

POST = ["POST"]


class Acting:
    """The write side of the page API."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def routes(self) -> list[Route]:
        """List the addresses, below /page."""
        return [
            Route("/read", endpoint(self.read), methods=POST),
            Route("/message", endpoint(self.message), methods=POST),
            Route("/command", endpoint(self.command), methods=POST),
            Route("/action", endpoint(self.action), methods=POST),
            Route("/view/submit", endpoint(self.view_submit), methods=POST),
            Route("/view/close", endpoint(self.view_close), methods=POST),
            Route("/options", endpoint(self.options), methods=POST),
            Route("/home/open", endpoint(self.home_open), methods=POST),
            Route("/language", endpoint(self.language), methods=POST),
            Route("/shortcut", endpoint(self.shortcut), methods=POST),
            Route("/workflow", endpoint(self.workflow), methods=POST),
            Route("/faults", endpoint(self.faults), methods=[*POST, "DELETE"]),
        ]

    async def read(self, request: Request) -> Json:
        """Clear a channel's unread count."""
        body = await body_of(request)
        user = word(body, "as")
        channel = self._team.workspace.channel_of(user, word(body, "channel"))
        seen = channel.seen_by(user)
        channel.last_read[user] = seen[-1].ts if seen else ""
        self._team.workspace.tell_unread(channel)
        return {"ok": True}

    async def message(self, request: Request) -> Json:
        """Post as a person."""
        body = await body_of(request)
        thread_ts = body.get("thread_ts") or None
        user, channel = word(body, "as"), word(body, "channel")
        message = events.say(self._team, user, channel, word(body, "text"), thread_ts)
        return {"ok": True, "ts": message.ts}

    async def command(self, request: Request) -> Json:
        """Run a slash command."""
        body = await body_of(request)
        user, channel = word(body, "as"), word(body, "channel")
        return _delivered(commands.run(self._team, user, channel, word(body, "text")))

    async def action(self, request: Request) -> Json:
        """Use an element of a message, modal or Home tab."""
        body = await body_of(request)
        return _delivered(actions.act(self._team, word(body, "as"), body))

    async def view_submit(self, request: Request) -> Json:
        """Send a modal."""
        body = await body_of(request)
        values = body.get("values") or {}
        if not isinstance(values, dict):
            raise PageError("invalid_argument", argument="values")
        return _delivered(submissions.submit(self._team, word(body, "as"), word(body, "view_id"), values))

    async def view_close(self, request: Request) -> Json:
        """Close a modal."""
        body = await body_of(request)
        submissions.close(self._team, word(body, "as"), word(body, "view_id"))
        return {"ok": True}

    async def options(self, request: Request) -> Json:
        """Ask the app for a menu's options."""
        body = await body_of(request)
        return {"ok": True, **await suggestions.suggest(self._team, word(body, "as"), body)}

    async def home_open(self, request: Request) -> Json:
        """Open the Home tab."""
        body = await body_of(request)
        return _delivered(events.open_home(self._team, word(body, "as")))

    async def language(self, request: Request) -> Json:
        """Choose the language that a person's Slack speaks; the app hears user_change."""
        body = await body_of(request)
        locale = word(body, "locale")
        if locale not in LOCALES:
            raise PageError("invalid_argument", argument="locale")
        events.change_user(self._team, word(body, "as"), locale=locale)
        return {"ok": True}

    async def shortcut(self, request: Request) -> Json:
        """Run a message shortcut."""
        body = await body_of(request)
        user, callback_id = word(body, "as"), word(body, "callback_id")
        channel, ts = word(body, "channel"), word(body, "ts")
        return _delivered(commands.shortcut(self._team, user, callback_id, channel, ts))

    async def workflow(self, request: Request) -> Json:
        """Run a custom step of the app's in a workflow; without `inputs`, one that is built already."""
        body = await body_of(request)
        user, callback_id = word(body, "as"), word(body, "callback_id")
        inputs = body.get("inputs", workflows.built(user))
        if not isinstance(inputs, dict):
            raise PageError("invalid_argument", argument="inputs")
        channel = str(body.get("channel") or workflows.GENERAL)
        execution, delivery = workflows.run(self._team, user, callback_id, inputs, channel)
        return {**_delivered(delivery), "execution": execution.id}

    async def faults(self, request: Request) -> Json:
        """Turn the fault knobs, or make everything healthy again."""
        if request.method == "DELETE":
            self._team.faults.clear()
        else:
            knobs = await body_of(request)
            knobs.pop("as", None)
            how = knobs.pop("sockets", None)
            _set_faults(self._team, knobs)
            await self._break_sockets(how)
        return {"ok": True, "faults": self._team.faults.as_json()}

    async def _break_sockets(self, how: object) -> None:
        transport = self._team.transport
        if how is None:
            return
        if how not in SOCKET_FAULTS or not isinstance(transport, SocketTransport):
            raise PageError("invalid_fault", knob="sockets")
        if how == "abort":
            transport.abort()
        elif how == "silent":
            transport.silence()
        else:
            await transport.disconnect()


def _set_faults(team: Team, knobs: Json) -> None:
    try:
        team.faults.set(knobs)
    except (TypeError, ValueError, AttributeError):
        raise PageError("invalid_fault") from None


def _delivered(delivery: str | None) -> Json:
    return {"ok": True, "delivery": delivery}
