"""The Gemini API: list models and generate content with a key made in this cloud."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.google import gemini_errors as errors
from sandbox.google.errors import Refusal, invalid_argument
from sandbox.google.gemini_checks import EVERY_CALL, Attempt, check_generation
from sandbox.google.gemini_models import NAMES, RETIRED, describe, reply
from sandbox.google.names import page
from sandbox.google.state import GeminiCall

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from sandbox.google.calls import CallLog
    from sandbox.google.faults import FaultPlan
    from sandbox.google.state import World

    Logic = Callable[[Request, str, Attempt], Awaitable[dict[str, Any]]]


class Gemini:
    """Serve generativelanguage.googleapis.com under /v1 and /v1beta."""

    def __init__(self, world: World, plan: FaultPlan, log: CallLog) -> None:
        self._world = world
        self._plan = plan
        self._log = log

    def routes(self) -> list[Route]:
        """List the paths of the API."""
        methods = (
            ("GET", "models", "ModelService.ListModels", self._list),
            ("GET", "models/{model}", "ModelService.GetModel", self._get),
            ("POST", "models/{model}:generateContent", "GenerativeService.GenerateContent", self._generate),
        )
        return [
            Route(f"/{version}/{path}", self._endpoint(version, name, logic), methods=[verb])
            for version in ("v1", "v1beta")
            for verb, path, name, logic in methods
        ]

    def _endpoint(
        self, version: str, name: str, logic: Logic
    ) -> Callable[[Request], Awaitable[JSONResponse]]:
        method = f"google.ai.generativelanguage.{version}.{name}"

        async def endpoint(request: Request) -> JSONResponse:
            return await self._answer(request, version, method, logic)

        return endpoint

    async def _answer(self, request: Request, version: str, method: str, logic: Logic) -> JSONResponse:
        """Run the checks and the logic, then count and log the call whatever came of it."""
        began, text = time.perf_counter(), _key_text(request)
        found = self._world.key(text) if text else None
        code, status = "OK", 200
        try:
            attempt = await self._admit(request, method, text)
            body = await logic(request, version, attempt)
        except Refusal as refusal:
            code, status, body = refusal.code, refusal.http_status, refusal.body()
        if found:
            uid = found[1].message.uid
            self._world.gemini_calls.append(
                GeminiCall(self._world.clock(), found[0].number, uid, method, version, status)
            )
        service, _, name = method.rpartition(".")
        self._log.add(
            self._world.clock(),
            door="rest",
            method=f"{service}/{name}",
            principal=f"apikey:{found[1].message.uid}" if found else "",
            project=found[0].project_id if found else "",
            code=code,
            ms=(time.perf_counter() - began) * 1000,
            reason=request.headers.get("x-goog-request-reason", ""),
        )
        return JSONResponse(body, status)

    async def _admit(self, request: Request, method: str, text: str) -> Attempt:
        """Let the caller in, or say why not."""
        service, _, name = method.rpartition(".")
        fault = self._plan.take(f"{service.rpartition('.')[2]}/{name}")
        if fault and fault.echo_key:
            raise errors.key_invalid(echo=text)
        if fault:
            await self._plan.before(fault)
            await self._plan.after(fault)
        if "authorization" in request.headers:
            raise errors.multiple_credentials() if text else errors.invalid_credentials(method)
        if not text:
            raise errors.no_key()
        found = self._world.key(text)
        if found is None:
            raise errors.key_invalid()
        address = request.client.host if request.client else "127.0.0.1"
        attempt = Attempt(self._world, *found, method, request.headers, address, self._world.clock())
        for check in EVERY_CALL:
            if refusal := check(attempt):
                raise refusal
        return attempt

    async def _list(self, request: Request, version: str, attempt: Attempt) -> dict[str, Any]:
        size = request.query_params.get("pageSize", "0")
        if not size.isdecimal():
            raise invalid_argument(f"Invalid value at 'page_size' (TYPE_INT32), {size!r}", "page_size")
        names, token = page(
            NAMES, int(size), request.query_params.get("pageToken", ""), default=50, most=1000
        )
        listed: dict[str, Any] = {"models": [describe(name) for name in names]}
        return listed | ({"nextPageToken": token} if token else {})

    async def _get(self, request: Request, version: str, attempt: Attempt) -> dict[str, Any]:
        return describe(_model(request, version, "getModel"))

    async def _generate(self, request: Request, version: str, attempt: Attempt) -> dict[str, Any]:
        if refusal := check_generation(attempt):
            raise refusal
        model = _model(request, version, "generateContent")
        contents = await _contents(request)
        if attempt.project.trouble.quota:
            raise errors.quota_exceeded(attempt.project.trouble.quota, model)
        return reply(model, contents)


def _key_text(request: Request) -> str:
    return request.headers.get("x-goog-api-key", "") or request.query_params.get("key", "")


def _model(request: Request, version: str, verb: str) -> str:
    model = str(request.path_params["model"])
    if model in RETIRED:
        raise errors.model_retired(model)
    if model not in NAMES:
        raise errors.model_not_found(model, version, verb)
    return model


async def _contents(request: Request) -> list[Any]:
    try:
        document = json.loads(await request.body())
    except ValueError:
        raise invalid_argument("Invalid JSON payload received. Unexpected token.") from None
    contents = document.get("contents") if isinstance(document, dict) else None
    if not isinstance(contents, list) or not contents or not all(isinstance(c, dict) for c in contents):
        raise invalid_argument("* GenerateContentRequest.contents: contents is not specified\n")
    return contents
