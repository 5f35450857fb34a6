"""The admin API of the page's server: look at the cloud, break it, and change its state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.google import admin_changes as changes
from sandbox.google.admin_state import state_of
from sandbox.google.faults import Fault
from sandbox.google.same_origin import same_origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from sandbox.google.calls import CallLog
    from sandbox.google.faults import FaultPlan
    from sandbox.google.state import World


class Admin:
    """Serve /google/*: calls, state, faults, and changes to projects, keys, accounts and switches."""

    def __init__(self, world: World, plan: FaultPlan, log: CallLog) -> None:
        self._world = world
        self._plan = plan
        self._log = log

    def routes(self) -> list[Route]:
        """List the routes."""
        table = (
            ("GET", "calls", self._calls),
            ("GET", "state", self._state),
            ("GET", "faults", self._list_faults),
            ("POST", "faults", self._add_fault),
            ("DELETE", "faults", self._clear_faults),
            ("POST", "projects/{id}", self._changer(changes.change_project)),
            ("POST", "keys/{id}", self._changer(changes.change_key)),
            ("POST", "service-accounts/{id}", self._changer(changes.change_service_account)),
            ("POST", "billing-accounts/{id}", self._changer(changes.change_billing_account)),
            ("POST", "switches", self._changer(changes.change_switches)),
        )
        return [
            Route(f"/google/{path}", same_origin(endpoint), methods=[verb]) for verb, path, endpoint in table
        ]

    async def _calls(self, request: Request) -> JSONResponse:
        after = request.query_params.get("after", "0")
        if not after.isdecimal():
            return _bad("after must be a number")
        return JSONResponse({"calls": self._log.after(int(after))})

    async def _state(self, request: Request) -> JSONResponse:
        return JSONResponse(state_of(self._world))

    async def _list_faults(self, request: Request) -> JSONResponse:
        return JSONResponse({"faults": self._plan.entries()})

    async def _add_fault(self, request: Request) -> JSONResponse:
        """Plan one entry, or a list of them; all or none."""
        try:
            document = json.loads(await request.body())
            entries = document if isinstance(document, list) else [document]
            faults = [Fault(**entry) for entry in entries]
        except (ValueError, TypeError) as error:
            return _bad(str(error))
        for fault in faults:
            self._plan.add(fault)
        return JSONResponse({"faults": self._plan.entries()})

    async def _clear_faults(self, request: Request) -> JSONResponse:
        self._plan.clear()
        return JSONResponse({"faults": []})

    def _changer(self, change: Callable[[World, str, dict[str, Any]], None]) -> Any:
        async def endpoint(request: Request) -> JSONResponse:
            try:
                document = json.loads(await request.body())
                if not isinstance(document, dict):
                    return _bad("a JSON object is needed")
                change(self._world, request.path_params.get("id", ""), document)
            except KeyError as error:
                return JSONResponse({"error": f"no such thing: {error.args[0]}"}, 404)
            except ValueError as error:
                return _bad(str(error))
            return JSONResponse({"ok": True})

        return endpoint


def _bad(text: str) -> JSONResponse:
    return JSONResponse({"error": text}, 400)
