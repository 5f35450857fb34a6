"""Bolt's app for one workspace, with every listener that there is."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from slack_bolt.authorization import AuthorizeResult

from handlers import errors, middleware
from handlers.dispatch import App

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.settings import Settings
    from bot.telemetry.watch import Watch
    from handlers.front import Front


class Listener(Protocol):
    """A module that listens to one of Slack's payloads."""

    def register(self, app: App, front: Front) -> None:
        """Hear what the module is named after."""


def new(
    listeners: Sequence[Listener],
    client: AsyncWebClient,
    front: Front,
    settings: Settings,
    identity: AsyncSlackResponse,
    watch: Watch,
) -> App:
    """Set Bolt up for one workspace."""
    secret = settings.slack_signing_secret
    app = App(
        # Without one Bolt reads the source of every caller to find a name.
        name="gemini-key-bot",
        on_error=errors.new_handler(front),
        watch=watch,
        client=client,
        authorize=_authorize(identity, client.token or ""),
        signing_secret=secret.get_secret_value() if secret else None,
        # Without it an ack leaves only after a poll of 10 ms, and an error after an ack loses the ack.
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        # A step's own token ends with the listener; ours ends the step days later.
        attaching_function_token_enabled=False,
        logger=logging.getLogger("slack_bolt"),
    )
    app.use(middleware.only_from(front.team_id, front.directory))
    for listener in listeners:
        listener.register(app, front)
    return app


def _authorize(identity: AsyncSlackResponse, token: str) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Answer from what we learnt at start; Bolt would ask Slack within the first request's three seconds."""
    known = AuthorizeResult.from_auth_test_response(bot_token=token, auth_test_response=identity)

    async def authorize() -> AuthorizeResult:
        return known

    return authorize
