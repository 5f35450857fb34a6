"""The one way out to Slack: every payload passes the redactor, every call has its limits."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.redact import redact
from bot.errors import Unavailable
from handlers import plainly
from handlers.payload import channel_id, user_id
from handlers.redaction import redacted
from handlers.surfaces.text import fit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from handlers.surfaces.blocks import Block

# Slack cuts or refuses longer texts (chat.update: msg_too_long above 4,000); counted in bytes, so that
# no way of counting finds more.
LONGEST_TEXT = 3_900
# Slack: alt_txt of a file.
LONGEST_ALT = 1_000
# The message is gone or can never be changed: say it in a new one.
GONE = frozenset(
    {"message_not_found", "edit_window_closed", "cant_update_message", "is_inactive", "channel_not_found"}
)

# The step of a workflow has ended, by our own earlier word or by Slack's.
ENDED = frozenset({"function_execution_not_found", "execution_not_in_running_state"})
# The method does not exist, or was not granted.
NOT_HERE = frozenset({"unknown_method", "missing_scope"})


class Unsure(Unavailable):
    """Say that Slack took a message, or did not: the connection was lost before it could tell."""


# These come before a byte has left.
NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

log = structlog.get_logger(__name__)


class Outbox:
    """Slack's Web API, as far as the bot speaks."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        """Speak through a client that shares `session`."""
        self._client = client
        self._session = session
        self._direct: dict[str, str] = {}

    async def post(
        self, channel: str, text: str, blocks: Sequence[Block], *, thread_ts: str = ""
    ) -> tuple[str, str]:
        """Post a message; returns the channel and ts that Slack gave it, "" for a ts that it kept to itself.

        Raises `Unsure` when the message may stand there all the same.
        """
        try:
            post = partial(self._client.chat_postMessage, channel=channel, thread_ts=thread_ts or None)
            answer = await _taken(partial(post, unfurl_links=False, unfurl_media=False), text, blocks)
        except (aiohttp.ClientError, TimeoutError) as error:
            if isinstance(error, NEVER_SENT):
                raise
            raise Unsure("Slack did not say whether it took a message.") from None
        return str(answer.get("channel") or channel), str(answer.get("ts") or "")

    async def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> bool:
        """Change a message in place; False when it can never be changed again."""
        try:
            await _taken(partial(self._client.chat_update, channel=channel, ts=ts), text, blocks)
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
                    user_id  # Slack takes it for a channel too, but updates need the D… that a post returns
                )
            channel = answer.get("channel")
            if not isinstance(channel, dict) or not channel.get("id"):
                return user_id
            self._direct[user_id] = str(channel["id"])
        return self._direct[user_id]

    async def tell(self, user_id: str, text: str, blocks: Sequence[Block]) -> None:
        """Write one person a DM that nothing depends on; a failure is only logged."""
        await self.say("", text, blocks, user_id=user_id)

    async def say(self, channel: str, text: str, blocks: Sequence[Block], *, user_id: str = "") -> None:
        """Post what nothing depends on, in a channel or as a DM; a failure is only logged."""
        try:
            await self.post(channel or await self.direct(user_id), text, blocks)
        except (SlackApiError, Unavailable, aiohttp.ClientError, TimeoutError) as error:
            log.warning("slack.say.lost", kind=kind_of(error))

    async def whisper(self, body: dict[str, Any], text: str, blocks: Sequence[Block] = ()) -> None:
        """Answer one person where he acted, so that nobody else sees it; a failure is only logged."""
        try:
            await self._whisper(body, said(text), redacted(list(blocks)) or None)
        except (SlackApiError, Unavailable, aiohttp.ClientError, TimeoutError) as error:
            log.warning("slack.whisper.lost", kind=kind_of(error))

    async def _whisper(self, body: dict[str, Any], text: str, blocks: list[Block] | None) -> None:
        if await self._respond(body.get("response_url"), text, blocks):
            return
        who, channel = user_id(body), channel_id(body)
        try:
            if channel:
                await self._client.chat_postEphemeral(channel=channel, user=who, text=text, blocks=blocks)
                return
        except SlackApiError as error:
            log.info("slack.ephemeral.refused", error=error_word(error))
        await self.post(await self.direct(who), text, blocks or [])

    async def respond(self, url: str, text: str, blocks: Sequence[Block]) -> bool:
        """Answer by a response_url in place of what stands there; False when the url is used up."""
        return await self._respond(url, said(text), redacted(list(blocks)), replace=True)

    async def update_view(self, view: Block, *, external_id: str = "", view_id: str = "") -> bool:
        """Change an open modal; False when it is not open (any more, or not yet), or has no name."""
        if not external_id and not view_id:
            return False
        named = {"external_id": external_id} if external_id else {"view_id": view_id}
        try:
            await self._client.views_update(view=redacted(view), **named)
        except SlackApiError as error:
            if error_word(error) != "not_found":
                raise
            return False
        return True

    async def open_view(self, trigger_id: str, view: Block, *, on_top: bool = False) -> str:
        """Open a modal, or put it on top of the open one, and return its id where Slack tells it.

        The trigger lives 3 s and works once.
        """
        show = self._client.views_push if on_top else self._client.views_open
        answer = await show(trigger_id=trigger_id, view=redacted(view))
        return str((answer.get("view") or {}).get("id") or "")

    async def publish_home(self, user_id: str, view: Block) -> None:
        """Show a person's Home tab."""
        await self._client.views_publish(user_id=user_id, view=redacted(view))

    async def upload(
        self, channel: str, name: str, data: bytes, *, title: str, alt: str, comment: str
    ) -> None:
        """Share a file in a conversation; `alt` says what a picture shows to those who do not see it."""
        told = await self._client.files_getUploadURLExternal(
            filename=name, length=len(data), alt_txt=fit(redact(alt), LONGEST_ALT)
        )
        async with self._session.post(_told(told, "upload_url"), data=data) as answer:
            if answer.status != HTTPStatus.OK:
                raise Unavailable("Slack did not take a file.")
        await self._client.files_completeUploadExternal(
            files=[{"id": _told(told, "file_id"), "title": redact(title)}],
            channel_id=channel,
            initial_comment=said(comment),
        )

    async def complete_step(self, execution: str, outputs: dict[str, str]) -> None:
        """End a workflow's step well; one that has ended already stays as it is."""
        with _ended_already():
            await self._client.functions_completeSuccess(
                function_execution_id=execution, outputs=redacted(outputs)
            )

    async def fail_step(self, execution: str, why: str) -> None:
        """End a workflow's step with a sentence that Slackbot passes on."""
        with _ended_already():
            await self._client.functions_completeError(function_execution_id=execution, error=said(why))

    async def user(self, user_id: str) -> dict[str, Any]:
        """Read a person's profile."""
        answer = await self._client.users_info(user=user_id, include_locale=True)
        user: dict[str, Any] = _told(answer, "user")
        return user

    async def user_id(self, email: str) -> str:
        """Find who has an address, empty when nobody here has."""
        try:
            answer = await self._client.users_lookupByEmail(email=email)
        except SlackApiError as error:
            if error_word(error) != "users_not_found":
                raise
            return ""
        return str(answer["user"]["id"])

    async def usergroup(self, usergroup_id: str) -> list[str]:
        """List the people in a user group."""
        answer = await self._client.usergroups_users_list(usergroup=usergroup_id)
        return list(_told(answer, "users"))

    async def channel(self, channel_id: str) -> dict[str, Any]:
        """Read what a conversation is."""
        answer = await self._client.conversations_info(channel=channel_id)
        channel: dict[str, Any] = _told(answer, "channel")
        return channel

    async def _respond(
        self, url: str | None, text: str, blocks: list[Block] | None, *, replace: bool = False
    ) -> bool:
        if not url:
            return False
        webhook = AsyncWebhookClient(url, session=self._session)
        try:
            answer = await webhook.send(
                text=text, blocks=blocks, response_type="ephemeral", replace_original=replace
            )
        except (aiohttp.ClientError, TimeoutError):
            return False
        return answer.status_code == HTTPStatus.OK


async def _taken(
    send: Callable[..., Awaitable[AsyncSlackResponse]], text: str, blocks: Sequence[Block]
) -> AsyncSlackResponse:
    """Send a message; where Slack does not take it as it was built, the same with less."""
    try:
        return await send(text=said(text), blocks=redacted(list(blocks)))
    except SlackApiError as error:
        if not blocks or error_word(error) not in plainly.REFUSED:
            raise
        log.error("slack.blocks_refused", error=error_word(error), faults=plainly.faults(error))  # noqa: TRY400 - Slack's list says more than a traceback
        return await send(text=said(text), blocks=redacted(plainly.plain_blocks(text, blocks)))


@contextmanager
def _ended_already() -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        if error_word(error) not in ENDED:
            raise


def error_word(error: SlackApiError) -> str:
    """Read Slack's word for what is wrong (`ratelimited`, …), or `http_500` where it has none."""
    try:
        word = error.response["error"]
    except (AttributeError, KeyError, TypeError, ValueError):
        word = None  # whoever answered in Slack's place did not do so in JSON
    return str(word or f"http_{status_of(error)}")


def status_of(error: SlackApiError) -> int:
    """Read the HTTP status of Slack's answer; an answer that is not JSON comes as aiohttp read it."""
    answer: Any = error.response
    return int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))


def kind_of(error: BaseException) -> str:
    """Name an error for the log."""
    return error_word(error) if isinstance(error, SlackApiError) else type(error).__name__


def _told(answer: AsyncSlackResponse, field: str) -> Any:
    """Read what Slack always tells; a stand-in for Slack may not, and then nothing is guessed."""
    value = answer.get(field)
    if value is None:
        raise Unavailable(
            "Slack answered without `{field}`, so I did nothing. Please try again.", field=field
        )
    return value


def said(text: str) -> str:
    """Make a text fit to be sent: without secrets, and no longer than Slack takes."""
    return fit(redact(text), LONGEST_TEXT)
