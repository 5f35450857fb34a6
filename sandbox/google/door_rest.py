"""The REST door: the same methods as gRPC, by path and JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from sandbox.google.dispatch import Arrival
from sandbox.google.errors import Refusal
from sandbox.google.tables import APIS, GET_OPERATION, methods_of
from sandbox.google.transcoding import Path, compile_path, read, write

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.google.dispatch import Dispatcher
    from sandbox.google.state import World

_KEY_NAME = re.compile(r"projects/(\d+)/locations/global/keys/([^/]+)")
_NOT_FOUND = (
    "<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title>"
    "<p><b>404.</b> That is an error.<p>The requested URL was not found on this server. That is all we know."
)


class RestDoor:
    """Find the method behind a path, translate, dispatch, translate back."""

    def __init__(self, dispatcher: Dispatcher, world: World) -> None:
        self._dispatcher = dispatcher
        self._world = world
        every = [GET_OPERATION, *(rpc for api in APIS for rpc in methods_of(api))]
        self.paths = [compile_path(rpc, binding) for rpc in every for binding in rpc.bindings]

    async def answer(self, request: Request) -> Response:
        """Answer any request to a Google API."""
        for path in self.paths:
            found = path.pattern.fullmatch(request.url.path)
            if found and path.binding.method == request.method:
                return await self._call(path, found.groups(), request)
        return HTMLResponse(_NOT_FOUND, 404)

    async def _call(self, path: Path, values: tuple[str, ...], request: Request) -> Response:
        alt = request.query_params.get("$alt", request.query_params.get("alt", "json"))
        try:
            if not self._dispatcher.serves(path.rpc):
                raise Refusal("UNIMPLEMENTED", "Operation is not implemented, or supported, or enabled.")  # noqa: TRY301 - one place turns refusals into answers
            message, beside = read(path, values, request.query_params.multi_items(), await request.body())
            arrival = Arrival(path.rpc, message, "rest", dict(request.headers), beside)
            answer = await self._dispatcher.call(arrival)
        except Refusal as refusal:
            return JSONResponse(refusal.body(), refusal.http_status)
        document = write(answer, numeric_enums="enum-encoding=int" in alt)
        if path.rpc.short == "Projects/GetProject" and path.binding.uri.startswith("/v1/"):
            document = _as_v1_project(document)
        return JSONResponse(self._with_service_accounts(document))

    def _with_service_accounts(self, document: Any) -> Any:
        """Add to every bound key the JSON field serviceAccountEmail, which the published message lacks."""
        if isinstance(document, list):
            return [self._with_service_accounts(item) for item in document]
        if not isinstance(document, dict):
            return document
        document = {name: self._with_service_accounts(value) for name, value in document.items()}
        found = _KEY_NAME.fullmatch(str(document.get("name", "")))
        project = self._world.project(found.group(1)) if found and "uid" in document else None
        key = project.keys.get(found.group(2)) if found and project else None
        if key is not None and key.bound:
            document["serviceAccountEmail"] = key.service_account_email
        return document


def _as_v1_project(project: dict[str, Any]) -> dict[str, Any]:
    """Turn a v3 project into Resource Manager v1's shape."""
    kind, _, parent_id = project["parent"].partition("/")
    return {
        "projectNumber": project["name"].removeprefix("projects/"),
        "projectId": project["projectId"],
        "lifecycleState": project["state"],
        "name": project["displayName"],
        "createTime": project["createTime"],
        "labels": project.get("labels", {}),
        "parent": {"type": kind.removesuffix("s"), "id": parent_id},
    }
