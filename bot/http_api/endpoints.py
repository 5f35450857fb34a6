"""What can be called. There is no endpoint that decides, and no scope for one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain import request_id, restriction
from bot.domain.api_token import Scope
from bot.domain.key_request import Draft
from bot.domain.rules import Invalid
from bot.errors import NotFound, Refused
from bot.http_api import render, shapes
from bot.http_api.problems import Problem
from bot.languages.words import N_
from bot.operations import portal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pydantic import BaseModel

    from bot.http_api.call import Call

IDEMPOTENCY_KEY = "Idempotency-Key"
# Visible ASCII: the draft of the header's standard has it as a string of that.
_KEY = re.compile(r"[!-~]{8,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation: everything that serving and describing it need."""

    id: str
    method: str
    path: str
    scope: Scope
    summary: str
    does: Callable[[Call], Awaitable[BaseModel]]
    answers: type[BaseModel]
    status: int = 200
    asks: type[BaseModel] | None = None
    query: type[BaseModel] | None = None


async def ask(call: Call) -> shapes.RequestInFull:
    """Ask for a key; the requester's card and DM come as if the form had been sent."""
    key = call.request.headers.get(IDEMPOTENCY_KEY, "")
    if not _KEY.fullmatch(key):
        sentence = N_("Send an Idempotency-Key of 8 to 200 letters and digits, a new one for each request.")
        raise Problem(400, "idempotency-key", sentence)
    wanted = await call.body(shapes.NewRequest)
    record = await portal.ask(call.reception.desk, call.token, _draft(wanted), wanted.person, key=key)
    return await _in_full(call, record.id)


async def listed(call: Call) -> shapes.Page:
    """List requests."""
    query = call.query(shapes.ListQuery)
    page = await portal.page(
        call.reception.desk,
        call.token,
        person=query.person,
        project=query.project,
        state=query.state,
        cursor=query.cursor,
        limit=query.limit,
    )
    requests = [render.request(record, call.reception.console, call.words) for record in page.requests]
    return shapes.Page(requests=requests, next_cursor=page.cursor)


async def shown(call: Call) -> shapes.RequestInFull:
    """Show one request."""
    said = str(call.request.path_params["request_id"])
    known = request_id.read(said)
    if known is None:
        raise NotFound("I don't know {id}.", id=said[:40])
    return await _in_full(call, known)


async def projects(call: Call) -> shapes.Projects:
    """List the projects of the policy as they were last surveyed."""
    policy = call.reception.policy()
    known = await call.reception.readiness.of([project.id for project in policy.projects])
    shown = [render.project(project, policy, known.get(project.id)) for project in policy.projects]
    return shapes.Projects(projects=shown, kinds=sorted(policy.kinds.allowed))


async def _in_full(call: Call, wanted: str) -> shapes.RequestInFull:
    record = await portal.show(call.reception.desk, call.token, wanted)
    events = await call.reception.audit.story(record.team_id, record.id)
    return render.in_full(record, call.reception.console, call.words, events)


def _draft(wanted: shapes.NewRequest) -> Draft:
    try:
        allowed = restriction.read("\n".join(wanted.restriction))
    except Refused as refused:
        raise Invalid("restriction", refused.template, **refused.values) from None
    return Draft(
        project_id=wanted.project,
        environment=wanted.environment,
        purpose=wanted.purpose,
        lifetime=timedelta(seconds=wanted.lifetime_seconds),
        kind=wanted.kind,
        identity=wanted.identity,
        restriction=allowed,
    )


ENDPOINTS = (
    Endpoint(
        id="askForKey",
        method="POST",
        path="/requests",
        scope=Scope.REQUEST,
        summary="Ask for a key in a person's name, by the same rules as the form in the chat",
        does=ask,
        answers=shapes.RequestInFull,
        status=201,
        asks=shapes.NewRequest,
    ),
    Endpoint(
        id="listRequests",
        method="GET",
        path="/requests",
        scope=Scope.READ,
        summary="List requests, a page at a time",
        does=listed,
        answers=shapes.Page,
        query=shapes.ListQuery,
    ),
    Endpoint(
        id="showRequest",
        method="GET",
        path="/requests/{request_id}",
        scope=Scope.READ,
        summary="Show a request and its story",
        does=shown,
        answers=shapes.RequestInFull,
    ),
    Endpoint(
        id="listProjects",
        method="GET",
        path="/projects",
        scope=Scope.READ,
        summary="List the projects that keys may live in, and how ready each is",
        does=projects,
        answers=shapes.Projects,
    ),
)
