"""The doctor's look at Slack: tokens, scopes, the way in, the channel of the cards, the approvers."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.doctor.memory import clock
from bot.languages.words import N_
from handlers import manifest
from handlers.doctor import approvers, channel, troubles
from handlers.doctor.troubles import AREA
from handlers.outbox import error_word, kind_of
from handlers.web_api import PATIENT, new_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.doctor.line import Line
    from bot.domain.policy import Policy
    from bot.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")


async def checkup(
    settings: Settings, policy_of: Callable[[str], Policy | None], now: datetime, team_id: str = ""
) -> AsyncIterator[Line]:
    """Look at everything that Slack can tell; nothing is posted.

    An app that several workspaces installed has one way in, and a token for each `team_id`.
    """
    parts = urlsplit(settings.slack_api_url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        yield AREA.problem(troubles.PLAIN, N_("It is {url}."), url=settings.slack_api_url)
        return
    if settings.slack_bot_token is None:
        yield (
            _signed(settings)
            if settings.slack_client_id
            else AREA.problem(troubles.TOKEN, N_("It is not set."))
        )
        return
    async with aiohttp.ClientSession(timeout=PATIENT) as session:
        client = new_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
        try:
            identity = await client.auth_test()
        except SlackApiError as error:
            refused, said = troubles.INSTALLED_TOKEN if team_id else troubles.TOKEN, error_word(error)
            yield AREA.problem(refused, N_("auth.test answered {error}."), error=said, team=team_id)
            return
        except (aiohttp.ClientError, TimeoutError) as error:
            yield AREA.problem(troubles.UNREACHABLE, N_("auth.test ended with {kind}."), kind=kind_of(error))
            return
        for line in _installed(identity, now):
            yield line
        if not team_id:
            yield await _way_in(settings, client)
        if policy := policy_of(str(identity.get("team_id"))):
            async for line in _policy(client, identity, policy):
                yield line


async def _policy(
    client: AsyncWebClient, identity: AsyncSlackResponse, policy: Policy
) -> AsyncIterator[Line]:
    """Look at what the policy names in Slack."""
    team_id = str(identity.get("team_id"))
    others = {each.channel for each in policy.approval.escalation if each.channel}
    channels = (policy.approval.channel, *sorted(others - {policy.approval.channel}))
    (members, *more), roll = await asyncio.gather(
        asyncio.gather(*(channel.look(client, each) for each in channels)),
        approvers.look(client, policy, team_id),
    )
    for line in (*members.lines, *(line for each in more for line in each.lines), *roll.lines):
        yield line
    for line in approvers.together(policy, roll, members.users):
        yield line


def _installed(identity: AsyncSlackResponse, now: datetime) -> Iterator[Line]:
    """Compare what was granted with the manifest, and the clocks."""
    yield AREA.fine(
        troubles.TOKEN,
        N_("The bot is {user} in {team}."),
        user=str(identity.get("user", "")),
        team=str(identity.get("team", "")),
    )
    headers = {name.lower(): value for name, value in identity.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")} - {""}
    missing = [scope for scope in manifest.SCOPES if scope not in granted]
    if not granted:
        yield AREA.unknown(
            troubles.SCOPES, N_("Slack did not say which scopes the token has."), scopes="", lost=""
        )
    elif missing:
        lost = "; ".join(f"{scope}: {manifest.SCOPES[scope]}" for scope in missing)
        said = N_("The token has {granted}.")
        named = {"scopes": ", ".join(missing), "lost": lost, "granted": ", ".join(sorted(granted))}
        yield AREA.problem(troubles.SCOPES, said, **named)
    else:
        yield AREA.fine(troubles.SCOPES, N_("All {n} scopes are granted."), n=str(len(manifest.SCOPES)))
    if date := headers.get("date"):
        yield clock(AREA, _skew(str(date), now), "Slack's")


def _skew(date: str, now: datetime) -> timedelta:
    """Compare with an HTTP date, which knows no fraction of a second."""
    theirs = parsedate_to_datetime(date).astimezone(UTC)
    return max(now - theirs - timedelta(seconds=1), timedelta(0)) if now > theirs else now - theirs


async def _way_in(settings: Settings, client: AsyncWebClient) -> Line:
    """Look whether Slack's payloads can reach us."""
    if settings.delivery == "socket":
        token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
        return await _socket(client, token)
    return _signed(settings)


def _signed(settings: Settings) -> Line:
    """Look at what proves that a payload is Slack's."""
    secret = settings.slack_signing_secret
    if secret is None:
        return AREA.problem(troubles.SIGNING_SECRET, N_("It is not set."))
    if not _SIGNING_SECRET.fullmatch(secret.get_secret_value()):
        said = N_("It has {n} characters, or not only hexadecimal digits.")
        return AREA.problem(troubles.SIGNING_SECRET, said, n=str(len(secret.get_secret_value())))
    return AREA.unknown(
        troubles.HTTP, N_("The signing secret has the right shape; no request has been seen.")
    )


async def _socket(client: AsyncWebClient, token: str) -> Line:
    try:
        answer: Any = await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        said = N_("apps.connections.open answered {error}.")
        return AREA.problem(troubles.APP_TOKEN, said, error=error_word(error))
    except (aiohttp.ClientError, TimeoutError) as error:
        said = N_("apps.connections.open ended with {error}.")
        return AREA.unknown(troubles.APP_TOKEN, said, error=kind_of(error))
    given = "a connection" if answer.get("url") else "no address"
    return AREA.fine(troubles.APP_TOKEN, N_("Slack offers {given}."), given=given)
