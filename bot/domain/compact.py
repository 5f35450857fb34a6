"""Shrink what is finished: it is kept for more than a year, and there will be a million of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.key_request import NEVER

if TYPE_CHECKING:
    from bot.domain.decision import Decision
    from bot.domain.key_request import KeyRequest


def compact(request: KeyRequest) -> KeyRequest:
    """Leave of a finished request what is still asked for; an unfinished one stays as it is."""
    if not request.finished:
        return request
    return replace(
        request,
        lapses_at=NEVER,
        approvals=tuple(map(_shrunk, request.approvals)),
        closed=_shrunk(request.closed) if request.closed else None,
        reviewed=_shrunk(request.reviewed) if request.reviewed else None,
        ending=None,
        # What can be brought back must first be destroyed to be over: the steps that were done say what.
        done=request.done if request.undo_until else (),
        project_number=request.project_number if request.undo_until else "",
        operation="",
    )


def _shrunk(decision: Decision) -> Decision:
    """Leave who, and when to the second."""
    return replace(decision, by=replace(decision.by, email=""), at=decision.at.replace(microsecond=0))
