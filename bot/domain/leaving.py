"""What becomes of a person's requests and keys when he leaves: closed, handed to somebody, or taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.deciding import check_pending
from bot.domain.decision import Decision as Closing
from bot.domain.failure import Failure
from bot.domain.key_request import GRANTING, State
from bot.errors import Conflict, Refused
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person

# The reason that stands in the record; surfaces say it in the reader's words.
LEFT = N_("The requester has left.")
GIVEN_UP = N_("The workspace does not use the bot any more.")
# The failure's cause of what is stopped for each.
STOPPED = {LEFT: "requester-left", GIVEN_UP: "workspace-left"}


def close(request: KeyRequest, by: Person, at: datetime) -> KeyRequest:
    """Close what nobody has decided yet."""
    check_pending(request)
    return replace(request, state=State.WITHDRAWN, closed=Closing(by=by, at=at, reason=LEFT))


def stop(request: KeyRequest, at: datetime, reason: str = LEFT) -> KeyRequest:
    """Stop what is being made: whoever is at it can no longer write, and all of it is undone."""
    if request.state not in GRANTING:
        raise Conflict("{id} is not waiting for work.", id=request.id)
    return replace(
        request,
        state=State.PROVISIONING,
        failure=Failure(cause=STOPPED[reason], title=reason),
        run=request.run + 1,
        next_run_at=at,
        failed_runs=0,
        paused=False,
    )


def cut_short(request: KeyRequest) -> bool:
    """Tell whether a worker may have ordered a key a moment ago that cannot be seen yet: look once more."""
    failure = request.failure
    return failure is not None and failure.cause in STOPPED.values() and not request.failed_runs


def hand_over(request: KeyRequest, to: Person) -> KeyRequest:
    """Give a live key to somebody else: what is bound or written at Google follows.

    A worker that is at it may finish first: it might still let the old owner in.
    """
    if not request.live or not request.has_key:
        raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
    if to.account == request.requester.account:
        return request
    check_new_owner(request, to)
    left = (*request.left, request.requester)
    return replace(
        request,
        requester=to,
        left=left,
        handovers=request.handovers + 1,
        handover_failure=None,
        # What only waits until keys are made again, nobody is at.
        next_run_at=None if request.paused else request.next_run_at,
    )


def check_new_owner(request: KeyRequest, to: Person) -> None:
    """Refuse a live key to somebody who approved it: nobody decides about a key of his own."""
    wish = request.renewal.approvals if request.renewal else ()
    said_yes = {person for yes in (*request.approvals, *wish) for person in (yes.by.account, yes.authority)}
    if request.live and request.has_key and to.account in said_yes:
        raise Refused(
            "{name} approved {id} and can't have its key. Name somebody else, or leave the new owner out: "
            "then the key is taken away.",
            name=to.name,
            id=request.id,
        )


def take_up_handover(request: KeyRequest, until: datetime) -> KeyRequest:
    """Let a worker move the binding; `until` as in `granting.take_up`."""
    if not request.live or not request.left:
        raise Conflict("{id} is not being handed over.", id=request.id)
    return replace(request, run=request.run + 1, next_run_at=until)


def handed_over(request: KeyRequest, shut_out: Sequence[Person]) -> KeyRequest:
    """Say that these are not bound any more; who was handed it meanwhile and gave it away is still left.

    A secret that is still being made is bound anew.
    """
    bound = request.secret_version or request.in_place
    done = request.done if bound else tuple(s for s in request.done if s != "grant-secret-access")
    left = tuple(person for person in request.left if person not in shut_out)
    return replace(request, left=left, done=done, next_run_at=None, failed_runs=0, handover_failure=None)


def refused(request: KeyRequest, failure: Failure) -> KeyRequest:
    """Write down what Google says against it; it is tried again all the same."""
    return replace(request, handover_failure=failure)
