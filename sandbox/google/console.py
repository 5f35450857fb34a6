"""The Secret Manager page of the console, acting as the person in the `persona` cookie."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

import aiohttp
from google.cloud.secretmanager_v1.types import (
    AccessSecretVersionRequest,
    GetSecretRequest,
    ListSecretVersionsRequest,
)
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from sandbox.google import console_page as pages
from sandbox.google.dispatch import Arrival
from sandbox.google.errors import Refusal
from sandbox.google.gemini_models import DEFAULT
from sandbox.google.principals import user
from sandbox.google.same_origin import same_origin
from sandbox.google.tables import APIS, methods_of
from sandbox.people import ADA, PEOPLE

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from sandbox.google.dispatch import Dispatcher
    from sandbox.people import Person

    GeminiAt = Callable[[], tuple[str, ssl.SSLContext]]

SHOWN_CHARACTERS = 600
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_SECRET_MANAGER = {
    rpc.method: rpc for api in APIS if api.name == "SecretManagerService" for rpc in methods_of(api)
}


class Console:
    """Serve /security/secret-manager: one secret's versions, and two buttons for each."""

    def __init__(self, dispatcher: Dispatcher, gemini_at: GeminiAt) -> None:
        self._dispatcher = dispatcher
        self._gemini_at = gemini_at

    def routes(self) -> list[Route]:
        """List the routes."""
        secret = "/security/secret-manager/secret/{secret}"
        return [
            Route(f"{secret}/versions", same_origin(self._show), methods=["GET"]),
            Route(secret, same_origin(self._show), methods=["GET"]),
            Route(f"{secret}/versions/{{version}}/value", same_origin(self._value), methods=["POST"]),
            Route(f"{secret}/versions/{{version}}/try", same_origin(self._try), methods=["POST"]),
            Route("/security/secret-manager/account", same_origin(self._switch), methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        return await self._page(request, request.query_params.get("project", ""))

    async def _value(self, request: Request) -> Response:
        """Show the value in this one answer."""
        project = (await _form(request)).get("project", "")
        try:
            text = await self._access(request, project)
        except Refusal as refusal:
            return self._refused(request, project, refusal)
        return await self._page(request, project, pages.value_box(str(request.path_params["version"]), text))

    async def _try(self, request: Request) -> Response:
        """Call the Gemini API with the value and show how it answered."""
        project = (await _form(request)).get("project", "")
        try:
            text = await self._access(request, project)
        except Refusal as refusal:
            return self._refused(request, project, refusal)
        status, body = await self._call_gemini(text)
        return await self._page(request, project, pages.try_box(status, body))

    async def _switch(self, request: Request) -> Response:
        """Choose another account and come back to the page."""
        form = await _form(request)
        person = next((p for p in PEOPLE if p.user_id == form.get("persona")), ADA)
        secret, project = quote(form.get("secret", ""), safe=""), quote(form.get("project", ""), safe="")
        answer = RedirectResponse(f"/security/secret-manager/secret/{secret}/versions?project={project}", 303)
        answer.set_cookie("persona", person.user_id, path="/", samesite="lax")
        return answer

    async def _page(self, request: Request, project: str, notice: str = "") -> Response:
        name = f"projects/{project}/secrets/{request.path_params['secret']}"
        try:
            secret = await self._call(request, "GetSecret", GetSecretRequest(name=name))
            versions = await self._call(request, "ListSecretVersions", ListSecretVersionsRequest(parent=name))
        except Refusal as refusal:
            return self._refused(request, project, refusal)
        view = pages.View(_person(request), str(request.path_params["secret"]), project)
        return HTMLResponse(pages.secret_page(view, secret, list(versions.versions), notice), headers=HEADERS)

    def _refused(self, request: Request, project: str, refusal: Refusal) -> Response:
        view = pages.View(_person(request), str(request.path_params["secret"]), project)
        return HTMLResponse(pages.refusal_page(view, refusal), refusal.http_status, HEADERS)

    async def _access(self, request: Request, project: str) -> str:
        """Read the payload as the person, by IAM."""
        parameters = request.path_params
        name = f"projects/{project}/secrets/{parameters['secret']}/versions/{parameters['version']}"
        answer = await self._call(request, "AccessSecretVersion", AccessSecretVersionRequest(name=name))
        return str(answer.payload.data.decode("utf-8", "replace"))

    async def _call(self, request: Request, method: str, message: Any) -> Any:
        principal = user(_person(request).email)
        return await self._dispatcher.call(
            Arrival(_SECRET_MANAGER[method], message, "console", {}, principal=principal)
        )

    async def _call_gemini(self, key_text: str) -> tuple[int, str]:
        """Return the status and the shortened body, with the key cut out where Google echoes it."""
        base, tls = self._gemini_at()
        url = f"{base}/v1beta/models/{DEFAULT}:generateContent"
        prompt = {"contents": [{"parts": [{"text": "Say hello."}]}]}
        headers = {"x-goog-api-key": key_text.strip()}
        connector = aiohttp.TCPConnector(ssl=tls)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.post(url, json=prompt, headers=headers) as answer,
        ):
            body = json.dumps(await answer.json(), indent=2, ensure_ascii=False)
        return answer.status, body.replace(key_text.strip(), "…")[:SHOWN_CHARACTERS]


def _person(request: Request) -> Person:
    chosen = request.cookies.get("persona", "")
    return next((p for p in PEOPLE if chosen in (p.user_id, p.name, p.email)), ADA)


async def _form(request: Request) -> dict[str, str]:
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: values[-1] for name, values in fields.items()}
