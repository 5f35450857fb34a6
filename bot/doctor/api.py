"""The HTTP API's tokens: is there one, and does one end while nobody thinks of it?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.cause import Fixer
from bot.doctor.line import Area, trouble
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.doctor.line import Line
    from bot.domain.api_token import ApiToken

AREA = Area("api")
SOON = timedelta(days=14)
_ADMIN = (Fixer.REQUESTER,)

NO_TOKEN = trouble(
    "api-no-token",
    N_("The HTTP API is on, and nobody has a token for it"),
    N_("Make a token for whoever calls it, or unset GEMINI_KEY_BOT_API."),
    command="gemini-key-bot api token create --name portal --scopes read,request",
    who=_ADMIN,
)
TOKEN_ENDS = trouble(
    "api-token-ends",
    N_("A token of the HTTP API ends soon, or has ended"),
    N_("Make its successor under another name, give that to the caller, then revoke this one."),
    command="gemini-key-bot api token create --name {name}-next --scopes {scopes}",
    who=_ADMIN,
)


def lines(tokens: Sequence[ApiToken], now: datetime) -> Iterator[Line]:
    """Look at every token that was not revoked."""
    if not tokens:
        yield AREA.warning(NO_TOKEN, N_("The list of tokens is empty."))
    for token in tokens:
        mark = AREA.fine if token.expires_at - now > SOON else AREA.warning
        yield mark(
            TOKEN_ENDS,
            N_("It works until {date}."),
            token.name,
            date=f"{token.expires_at:%Y-%m-%d}",
            name=token.name,
            scopes=",".join(sorted(token.scopes)),
        )
