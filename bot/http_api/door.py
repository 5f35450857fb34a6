"""Let a caller in: by a token that works, for what its scope allows, as often as everybody."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bot.domain import api_token
from bot.domain.api_token import Scope
from bot.errors import NotFound
from bot.http_api.problems import RETRY_SECONDS, Problem
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from bot.domain.api_token import ApiToken
    from bot.http_api.reception import Reception

# Uses of one token in one minute of the clock: each request asked for rings at the approvers'.
MOST_A_MINUTE = {Scope.READ: 120, Scope.REQUEST: 20}
REALM = 'Bearer realm="gemini-key-bot"'
NOBODY_YET = N_("The bot is starting. Please try again in a moment.")
NO_TOKEN = N_("Send a token of this bot: Authorization: Bearer gkb_…")
BAD_TOKEN = N_("This token is unknown, revoked, or its time is over.")


async def admit(
    receptions: Sequence[Reception], request: Request, scope: Scope, *, waiting: bool = False
) -> tuple[Reception, ApiToken]:
    """Find whose call it is, and in which workspace; whatever is wrong with a token is the same answer.

    A token that nobody knows may belong to a workspace that is `waiting` to be opened.
    """
    known = await _known(receptions, _presented(request))
    if known is None:
        raise starting() if waiting else _stranger(BAD_TOKEN)
    reception, token = known
    if scope not in token.scopes:
        challenge = {"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'}
        sentence = N_("The token {name} has no scope {scope}.")
        raise Problem(
            403, "insufficient-scope", sentence, headers=challenge, name=token.name, scope=scope.value
        )
    now, most = reception.now(), MOST_A_MINUTE[scope]
    if await reception.tokens.used(token, scope, now) > most:
        wait = {"Retry-After": str(60 - int(now.timestamp()) % 60)}
        sentence = N_("This token has been used {most} times in a minute. Slow down.")
        raise Problem(429, "too-many-requests", sentence, headers=wait, most=most)
    return reception, token


def _presented(request: Request) -> str:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise _stranger(NO_TOKEN)
    return text.strip()


async def _known(receptions: Sequence[Reception], text: str) -> tuple[Reception, ApiToken] | None:
    """Try the token at each workspace: two may have given one of the same name, but never the same text."""
    name = api_token.name_in(text)
    for reception in receptions if name else ():
        with suppress(NotFound):
            token = await reception.tokens.get(reception.team_id, api_token.record_id(name))
            if token.proves(text) and token.works(reception.now()):
                return reception, token
    return None


def starting() -> Problem:
    """Ask a caller to come again in a moment."""
    return Problem(503, "starting", NOBODY_YET, headers={"Retry-After": str(RETRY_SECONDS)})


def _stranger(sentence: str) -> Problem:
    return Problem(401, "unauthorized", sentence, headers={"WWW-Authenticate": REALM})
