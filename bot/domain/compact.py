"""Shrink what is finished: it is kept for more than a year, and there will be a million of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.decision import Decision
    from bot.domain.key_request import KeyRequest


def compact(request: KeyRequest) -> KeyRequest:
    """Leave of a finished request what is still asked for; an unfinished one stays as it is."""
    if not request.finished:
        return request
    return replace(
        request,
        approvals=tuple(map(_without_address, request.approvals)),
        closed=_without_address(request.closed) if request.closed else None,
        reviewed=_without_address(request.reviewed) if request.reviewed else None,
        ending=None,
        # What can be brought back must first be destroyed to be over: the steps that were done say what.
        done=request.done if request.undo_until else (),
        operation="",
    )


def _without_address(decision: Decision) -> Decision:
    return replace(decision, by=replace(decision.by, email=""))
