from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.errors import GoogleError
from bot.google.operations import Operation, finished, settled
from bot.google.patience import Patience
from bot.google.retry import Retry

QUICK = Patience(
    total=1.0, first_pause=0.01, longest_pause=0.05, operation=0.2, propagation=0.2, polls=(0.01, 0.02)
)


class Google:
    """Give the planned answers in turn, the last one for ever, and remember when it was asked."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked: list[float] = []

    async def answer(self, *_: object) -> object:
        self.asked.append(asyncio.get_running_loop().time())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, GoogleError):
            raise answer
        return answer


@pytest.mark.parametrize(
    "status", ["UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED", "INTERNAL"]
)
async def test_a_passing_refusal_is_not_seen(status: str) -> None:
    """One refusal that passes costs a pause and nothing else."""
    google = Google(GoogleError(status), "answer")

    assert await Retry(QUICK).run(google.answer, 1) == "answer"


@pytest.mark.parametrize(
    ("refusal", "asked"),
    [
        (GoogleError("PERMISSION_DENIED"), 1),
        (GoogleError("INTERNAL"), 2),
        (GoogleError("RESOURCE_EXHAUSTED", reason="RESOURCE_QUOTA_EXCEEDED"), 1),
    ],
    ids=["permanent", "internal", "size quota"],
)
async def test_asking_again_stops_where_it_is_useless(refusal: GoogleError, asked: int) -> None:
    """A last word is taken at once, an internal error gets one more chance."""
    google = Google(refusal)

    with pytest.raises(GoogleError):
        await Retry(QUICK).run(google.answer, 1)

    assert len(google.asked) == asked


async def test_an_etag_race_is_left_to_who_can_read_again() -> None:
    """ABORTED is not retried blindly where the request holds an etag."""
    google = Google(GoogleError("ABORTED"), "never")

    with pytest.raises(GoogleError, match="ABORTED"):
        await Retry(QUICK, aborted=False).run(google.answer, 1)


async def test_the_pause_that_google_asks_for_is_kept() -> None:
    """RetryInfo is obeyed to the moment."""
    google = Google(GoogleError("RESOURCE_EXHAUSTED", retry_after=timedelta(seconds=0.3)), "answer")

    await Retry(QUICK).run(google.answer, 1)

    assert google.asked[1] - google.asked[0] >= 0.3


async def test_a_pause_beyond_our_time_is_handed_on_at_once() -> None:
    """Who asks for 47 s is told to the caller, who can put the work off; nobody sleeps for it here."""
    google = Google(GoogleError("RESOURCE_EXHAUSTED", retry_after=timedelta(seconds=47)))
    began = asyncio.get_running_loop().time()

    with pytest.raises(GoogleError) as refused:
        await Retry(QUICK).run(google.answer, 1)

    assert refused.value.retry_after == timedelta(seconds=47)
    assert asyncio.get_running_loop().time() - began < 0.5


async def test_all_attempts_together_have_an_end() -> None:
    """However often Google is unavailable, the call ends about when its total time does."""
    google = Google(GoogleError("UNAVAILABLE"))
    began = asyncio.get_running_loop().time()

    with pytest.raises(GoogleError, match="UNAVAILABLE"):
        await Retry(QUICK).run(google.answer, 1)

    assert 0.5 < asyncio.get_running_loop().time() - began < 1.5
    assert len(google.asked) > 5


async def test_an_operation_outlives_an_answer_that_did_not_come() -> None:
    """503 and 504 while polling mean to poll again; the operation goes on at Google."""
    done = Operation("operations/a", done=True, response={"keyString": "x"})
    google = Google(
        Operation("operations/a", done=False),
        GoogleError("UNAVAILABLE"),
        GoogleError("DEADLINE_EXCEEDED"),
        done,
    )

    assert await finished("ApiKeys/CreateKey", "operations/a", google.answer, QUICK) is done


@pytest.mark.parametrize(
    "end",
    [GoogleError("UNAVAILABLE", finished=True), GoogleError("PERMISSION_DENIED")],
    ids=["failed", "refused"],
)
async def test_a_failed_operation_is_not_polled_on(end: GoogleError) -> None:
    """Its own error is the end, whatever the status, and so is a refusal to show it."""
    google = Google(end)

    with pytest.raises(GoogleError) as raised:
        await finished("ApiKeys/CreateKey", "operations/a", google.answer, QUICK)

    assert raised.value is end
    assert len(google.asked) == 1


async def test_an_operation_that_never_ends_is_left_for_later() -> None:
    """After our patience it is a transient DEADLINE_EXCEEDED, not a failure."""
    google = Google(Operation("operations/a", done=False))

    with pytest.raises(GoogleError) as raised:
        await finished("ApiKeys/CreateKey", "operations/a", google.answer, QUICK)

    assert (raised.value.status, raised.value.transient, raised.value.finished) == (
        "DEADLINE_EXCEEDED",
        True,
        False,
    )


async def test_a_change_that_spreads_slowly_is_waited_for() -> None:
    """A refusal known to pass is asked away; any other one is final."""
    unseen, other = GoogleError("NOT_FOUND"), GoogleError("PERMISSION_DENIED")

    def passes(error: GoogleError) -> bool:
        return error.status == "NOT_FOUND"

    assert await settled(Google(unseen, unseen, "seen").answer, passes, 0.5, QUICK) == "seen"
    with pytest.raises(GoogleError, match="PERMISSION_DENIED"):
        await settled(Google(unseen, other).answer, passes, 0.5, QUICK)


async def test_a_change_that_never_arrives_is_tried_again_another_time() -> None:
    """The refusal itself comes out, so that it can be explained, but as one that may pass."""
    google = Google(GoogleError("INVALID_ARGUMENT", reason="API_KEY_INVALID"))

    with pytest.raises(GoogleError) as raised:
        await settled(google.answer, lambda _: True, 0.2, QUICK)

    assert (raised.value.reason, raised.value.transient) == ("API_KEY_INVALID", True)
