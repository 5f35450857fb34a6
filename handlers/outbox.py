"""The one way out to Slack: every payload passes the redactor, every call has its limits."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.redact import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.surfaces.blocks import Block

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
# The message is gone or can never be changed: say it in a new one.
GONE = frozenset(
    {"message_not_found", "edit_window_closed", "cant_update_message", "is_inactive", "channel_not_found"}
)

# The method does not exist, or was not granted.
NOT_HERE = frozenset({"unknown_method", "missing_scope"})

log = structlog.get_logger(__name__)


class Outbox:
    """Slack's Web API, as far as the bot speaks."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        """Speak through a client that shares `session`."""
        self._client = client
        self._session = session
        self._direct: dict[str, str] = {}

    async def post(self, channel: str, text: str, blocks: Sequence[Block]) -> tuple[str, str]:
        """Post a message; returns the channel and ts that Slack gave it."""
        answer = await self._client.chat_postMessage(
            channel=channel,
            text=redact(text),
            blocks=redacted(list(blocks)),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer.get("channel") or channel), str(answer["ts"])

    async def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> bool:
        """Change a message in place; False when it can never be changed again."""
        try:
            await self._client.chat_update(
                channel=channel, ts=ts, text=redact(text), blocks=redacted(list(blocks))
            )
        except SlackApiError as error:
            if error_word(error) in GONE:
                return False
            raise
        return True

    async def direct(self, user_id: str) -> str:
        """Open the conversation with one person; returns its channel (D…)."""
        if user_id not in self._direct:
            try:
                answer = await self._client.conversations_open(users=user_id)
            except SlackApiError as error:
                if error_word(error) not in NOT_HERE:
                    raise
                return (
                    user_id  # Slack takes a person's id for a channel too, but updates need the D… it returns
                )
            self._direct[user_id] = str(answer["channel"]["id"])
        return self._direct[user_id]

    async def whisper(self, body: dict[str, Any], text: str, blocks: Sequence[Block] = ()) -> None:
        """Answer one person where he acted, so that nobody else sees it."""
        said = redact(text)
        shown = redacted(list(blocks)) or None
        if await self._respond(body.get("response_url"), said, shown):
            return
        user_id = body["user"]["id"] if "user" in body else body["user_id"]
        channel = (body.get("channel") or {}).get("id")
        try:
            if channel:
                await self._client.chat_postEphemeral(channel=channel, user=user_id, text=said, blocks=shown)
                return
        except SlackApiError as error:
            log.info("slack.ephemeral.refused", error=error_word(error))
        await self.post(await self.direct(user_id), said, shown or [])

    async def respond(self, url: str, text: str, blocks: Sequence[Block]) -> bool:
        """Answer by a response_url in place of what stands there; False when the url is used up."""
        return await self._respond(url, redact(text), redacted(list(blocks)), replace=True)

    async def update_view(self, view: Block, *, external_id: str = "", view_id: str = "") -> bool:
        """Change an open modal; False when it is not open (any more, or not yet)."""
        named = {"external_id": external_id} if external_id else {"view_id": view_id}
        try:
            await self._client.views_update(view=redacted(view), **named)
        except SlackApiError as error:
            if error_word(error) != "not_found":
                raise
            return False
        return True

    async def open_view(self, trigger_id: str, view: Block) -> None:
        """Open a modal; the trigger lives 3 s and works once."""
        await self._client.views_open(trigger_id=trigger_id, view=redacted(view))

    async def publish_home(self, user_id: str, view: Block) -> None:
        """Show a person's Home tab."""
        await self._client.views_publish(user_id=user_id, view=redacted(view))

    async def user(self, user_id: str) -> dict[str, Any]:
        """Read a person's profile."""
        answer = await self._client.users_info(user=user_id, include_locale=True)
        user: dict[str, Any] = answer["user"]
        return user

    async def usergroup(self, usergroup_id: str) -> list[str]:
        """List the people in a user group."""
        answer = await self._client.usergroups_users_list(usergroup=usergroup_id)
        return list(answer["users"])

    async def _respond(
        self, url: str | None, text: str, blocks: list[Block] | None, *, replace: bool = False
    ) -> bool:
        if not url:
            return False
        webhook = AsyncWebhookClient(url, session=self._session, timeout=5)
        try:
            answer = await webhook.send(
                text=text, blocks=blocks, response_type="ephemeral", replace_original=replace
            )
        except (aiohttp.ClientError, TimeoutError):
            return False
        return answer.status_code == HTTPStatus.OK


def error_word(error: SlackApiError) -> str:
    """Read Slack's word for what is wrong (`ratelimited`, `channel_not_found`, …)."""
    try:
        return str(error.response["error"])
    except (KeyError, TypeError):
        return "unknown"


def new_client(token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Make the client: one shared session, and patience where Slack asks for it."""
    return AsyncWebClient(
        token=token,
        base_url=api_url,
        session=session,
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(),
            AsyncRateLimitErrorRetryHandler(max_retry_count=3),
            AsyncServerErrorRetryHandler(max_retry_count=2),
        ],
    )


def redacted(payload: Any) -> Any:
    """Pass every string of a payload through the redactor."""
    if isinstance(payload, str):
        return redact(payload)
    if isinstance(payload, dict):
        return {key: redacted(value) for key, value in payload.items()}
    if isinstance(payload, list | tuple):
        return [redacted(value) for value in payload]
    return payload
