"""Who stands in for whom, and that nobody lends what he has not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.absence import Absence, deciders
from tests.support.people import DAY, HOUR, NOW

PEOPLE = ["U0ADA", "U0GRACE", "U0ALAN", "U0RADIA"]
people = st.sampled_from(PEOPLE)
groups = st.frozensets(people)
absences = st.lists(
    st.builds(
        Absence,
        user_id=people,
        deputy_id=people,
        until=st.sampled_from([NOW - DAY, NOW, NOW + HOUR, NOW + DAY]),
    ),
    max_size=6,
)


def test_a_deputy_has_the_say_until_the_other_is_back() -> None:
    """At the moment of return the borrowed say is gone, without anybody's doing."""
    away = Absence(user_id="U0GRACE", deputy_id="U0RADIA", until=NOW + HOUR)
    own = frozenset({"U0GRACE"})

    assert deciders(own, own, [away], "U0ADA", NOW).instead_of("U0RADIA") == "U0GRACE"
    assert deciders(own, own, [away], "U0ADA", NOW + HOUR).ids == own


@given(groups, groups, absences, people)
def test_nobody_borrows_more_than_there_is(
    own: frozenset[str], named: frozenset[str], away: list[Absence], requester: str
) -> None:
    """Who decides is named himself, or stands in for a named person who is away and has not asked."""
    direct = own & named
    may = deciders(own, direct, away, requester, NOW)

    for user in may.ids - own:
        whom = may.instead_of(user)
        assert whom in direct
        assert whom != requester
        assert user != requester
        assert any(a.user_id == whom and a.deputy_id == user and a.until > NOW for a in away)
    assert all(may.instead_of(user) == "" for user in own)
