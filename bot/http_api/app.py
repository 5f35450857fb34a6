"""Serve the endpoints: each call is admitted, answered and redacted here, and each error said once."""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import TYPE_CHECKING

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from bot.errors import BotError
from bot.http_api import door, openapi, problems
from bot.http_api.call import Call
from bot.http_api.endpoints import ENDPOINTS
from bot.http_api.problems import Problem
from bot.languages.words import N_, Words
from bot.log_redaction import redact_value

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from bot.http_api.endpoints import Endpoint
    from bot.http_api.reception import Reception

# Nobody's portal waits longer for an answer.
PATIENCE = 10.0
TOO_SLOW = N_("That took me too long. Please look whether it worked before you try again.")
UNEXPECTED = N_("Something went wrong on my side. Nothing was changed that I know of. Reference {reference}.")

log = structlog.get_logger(__name__)


def routes(
    receptions: Callable[[], Sequence[Reception]], waiting: Callable[[], bool] = lambda: False
) -> list[BaseRoute]:
    """Serve the API; there is no reception until the chat has told whose workspaces they are.

    `waiting` tells whether there are workspaces whose reception will come in a moment.
    """
    served = [Route(e.path, _serving(e, receptions, waiting), methods=[e.method]) for e in ENDPOINTS]
    described = Route("/openapi.json", _description)
    app = Starlette(routes=[*served, described], exception_handlers={HTTPException: _no_such_call})
    return [Mount(openapi.PREFIX, app=app)]


def _serving(
    endpoint: Endpoint, receptions: Callable[[], Sequence[Reception]], waiting: Callable[[], bool]
) -> Callable[[Request], Awaitable[Response]]:
    """Make of an endpoint what Starlette serves."""

    async def serve(request: Request) -> Response:
        words = _words(request)
        try:
            async with asyncio.timeout(PATIENCE):
                return await _answer(endpoint, receptions(), request, words, waiting=waiting())
        except Problem as problem:
            log.info("api.refused", call=endpoint.id, problem=problem.word)
            return problems.response(problem, words)
        except BotError as error:
            log.info("api.refused", call=endpoint.id, kind=type(error).__name__, sentence=error.template)
            return problems.response(problems.of(error, words), words)
        except TimeoutError:
            return problems.response(Problem(503, "too-slow", TOO_SLOW), words)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        except Exception as error:
            reference = secrets.token_hex(3)
            log.exception("api.failed", call=endpoint.id, reference=reference, kind=type(error).__name__)
            return problems.response(Problem(500, "failed", UNEXPECTED, reference=reference), words)

    return serve


async def _answer(
    endpoint: Endpoint, receptions: Sequence[Reception], request: Request, words: Words, *, waiting: bool
) -> Response:
    if not receptions:
        raise door.starting()
    reception, token = await door.admit(receptions, request, endpoint.scope, waiting=waiting)
    answer = await endpoint.does(Call(reception, token, request, words))
    log.info("api.used", call=endpoint.id, token=token.name, person=token.person)
    content = redact_value(answer.model_dump(mode="json"))
    return JSONResponse(content, endpoint.status, {"Cache-Control": "no-store"})


async def _description(_: Request) -> Response:
    return JSONResponse(openapi.document())


async def _no_such_call(request: Request, error: Exception) -> Response:
    """Answer what Starlette itself refuses: another path, another method."""
    status, headers = getattr(error, "status_code", 404), getattr(error, "headers", None)
    sentence = N_("There is no such call; /api/v1/openapi.json lists those there are.")
    return problems.response(Problem(status, "no-such-call", sentence, headers=headers), _words(request))


def _words(request: Request) -> Words:
    """Speak the first language that the caller accepts."""
    return Words(re.split("[,;]", request.headers.get("accept-language", "en"))[0].strip()[:20] or "en")
