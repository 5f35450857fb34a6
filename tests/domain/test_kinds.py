"""Three answers lead to one kind, and never to one that the policy forbids."""

from __future__ import annotations

from itertools import product

import pytest

from bot.domain.kinds import Advice, Answers, Data, Have, Kind, Note, Where, recommend

ALL = frozenset(Kind)
KEYS = frozenset({Kind.AUTH_KEY})
EVERY = [Answers(*three) for three in product(Where, Have, Data)]


@pytest.mark.parametrize(
    ("answers", "advice"),
    [
        (Answers(Where.MACHINE, Have.NOTHING, Data.PROGRAM), Advice(Kind.AUTH_KEY)),
        (Answers(Where.CLOUD, Have.NOTHING, Data.PROGRAM), Advice(Kind.VERTEX)),
        (Answers(Where.MACHINE, Have.NOTHING, Data.BOUND), Advice(Kind.VERTEX)),
        (
            Answers(Where.CLIENT, Have.NOTHING, Data.USERS),
            Advice(Kind.AUTH_KEY, (Note.BACKEND, Note.CONSENT)),
        ),
        (Answers(Where.MACHINE, Have.KEY, Data.PROGRAM), Advice(Kind.AUTH_KEY, (Note.ADOPT,))),
        (
            Answers(Where.MACHINE, Have.OLD_TOOL, Data.PROGRAM),
            Advice(Kind.STANDARD_KEY, (Note.STANDARD_DYING,)),
        ),
        (Answers(Where.CLOUD, Have.OLD_TOOL, Data.PROGRAM), Advice(Kind.VERTEX, (Note.OLD_TOOL,))),
    ],
)
def test_the_advice_fits_the_answers(answers: Answers, advice: Advice) -> None:
    """Identity where Google can give one, a bound key elsewhere, and what has to be said beside it."""
    assert recommend(answers, ALL) == advice


@pytest.mark.parametrize("answers", EVERY)
def test_what_the_policy_forbids_is_never_advised_and_the_loss_is_said(answers: Answers) -> None:
    """With keys only, everybody is sent to a bound key, and told when another kind would be better."""
    free, bound = recommend(answers, ALL), recommend(answers, KEYS)

    assert bound.kind is Kind.AUTH_KEY
    assert bool({Note.VERTEX_OFF, Note.STANDARD_OFF} & set(bound.notes)) == (free.kind is not Kind.AUTH_KEY)


@pytest.mark.parametrize("answers", EVERY)
def test_users_own_data_always_needs_their_consent(answers: Answers) -> None:
    """No key and no service account opens a user's Drive."""
    assert (Note.CONSENT in recommend(answers, ALL).notes) == (answers.data is Data.USERS)
