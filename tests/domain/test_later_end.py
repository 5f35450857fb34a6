"""What a longer life is held against: the policy of the day, as a new key would be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.kinds import Kind
from bot.domain.policy import Policy
from bot.domain.restriction import Restriction
from bot.domain.rules import check_lifetime
from bot.errors import Refused
from tests.support.people import POLICY, active

MONTH = timedelta(days=30)


def changed(**tables: Any) -> Policy:
    """Change tables of the policy since the key was made."""
    return Policy.model_validate({**POLICY.model_dump(mode="python"), **tables})


RESTRICTED = {"dev": {"lifetimes": ["30d"], "restriction": "ip"}}
ELSEWHERE = [{"id": "acme-ml-dev", "environments": ["prod"]}]


def test_what_may_be_had_today_may_be_renewed() -> None:
    """The same environment, project, kind and restriction as when it was asked for."""
    assert check_lifetime(MONTH, active(), POLICY).lifetimes


@pytest.mark.parametrize(
    ("policy", "more", "said"),
    [
        (changed(projects=ELSEWHERE), {}, "not given any more"),
        (changed(projects=[{"id": "acme-other", "environments": ["dev"]}]), {}, "not given any more"),
        (POLICY, {"kind": Kind.STANDARD_KEY}, "not given any more"),
        (changed(environments={**POLICY.model_dump()["environments"], **RESTRICTED}), {}, "restricted today"),
    ],
    ids=["environment", "project", "kind", "restriction"],
)
def test_what_could_not_be_had_today_is_not_renewed(policy: Policy, more: dict[str, Any], said: str) -> None:
    """Each thing that the policy has tightened since stands in the way, and is named."""
    with pytest.raises(Refused, match=said):
        check_lifetime(MONTH, active(**more), policy)


def test_a_restriction_that_is_kept_suffices() -> None:
    """A key that names its addresses may live longer where they are demanded now."""
    policy = changed(environments={**POLICY.model_dump()["environments"], **RESTRICTED})
    allowed = Restriction(ips=("198.51.100.0/24",))

    assert check_lifetime(MONTH, active(restriction=allowed), policy).restriction == "ip"
