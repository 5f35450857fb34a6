"""Ids that people say, and names that Google takes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import names, request_id
from tests.support.people import ADA, GRACE, approved, pending

if TYPE_CHECKING:
    import random

IDS = st.text(request_id.ALPHABET, min_size=4, max_size=8).map(lambda text: request_id.PREFIX + text)
TEAMS = st.from_regex(r"[TE][A-Z0-9]{2,20}", fullmatch=True)
# Google: API Keys v2, `keyId`; Secret Manager, `secretId`; IAM, `accountId`.
KEY_ID = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
SECRET_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
ACCOUNT_ID = re.compile(r"(?=.{6,30}$)[a-z]([-a-z0-9]*[a-z0-9])")
LABEL = re.compile(r"[a-z0-9_-]{0,63}")


@given(IDS, st.integers(1, 10_000))
def test_google_takes_every_key_id(said: str, rotation: int) -> None:
    """Whatever the request and the rotation, the key's id fits API Keys."""
    assert KEY_ID.fullmatch(names.key_id(pending(id=said, rotation=rotation)))


@given(IDS)
def test_google_takes_every_secret_id(said: str) -> None:
    """Whatever the request, the secret's id fits, and carries the prefix that the custom role names."""
    secret_id = names.secret_id(pending(id=said))

    assert SECRET_ID.fullmatch(secret_id)
    assert secret_id.startswith("gemini-key-")


@given(TEAMS)
def test_google_takes_every_account_id(team_id: str) -> None:
    """Whatever the workspace, the service account's id has 6 to 30 characters of the right kind."""
    assert ACCOUNT_ID.fullmatch(names.account_id(team_id))


@given(IDS, IDS, st.integers(1, 99), st.integers(1, 99))
def test_no_two_keys_share_a_name(one: str, other: str, first: int, second: int) -> None:
    """Different requests or rotations never meet in one key id."""
    if (one, first) != (other, second):
        assert names.key_id(pending(id=one, rotation=first)) != names.key_id(
            pending(id=other, rotation=second)
        )


def test_rotation_renames_the_key_and_not_the_secret() -> None:
    """The address that the requester knows stays when the key behind it changes."""
    first, second = pending(), pending(rotation=2)

    assert (names.key_id(first), names.key_id(second)) == ("gk-7f3k-r1", "gk-7f3k-r2")
    assert names.secret_id(first) == names.secret_id(second) == "gemini-key-7f3k"


def test_what_is_written_at_google_rebuilds_the_grant() -> None:
    """Owner, requester, approver and end are in the annotations, and fit Secret Manager's 16 KiB."""
    request = approved()
    written = names.annotations_for(request)

    assert names.owner_in(written) == "T0ACME/GK-7F3K" == names.owner(request)
    assert ADA.user_id in written.values()
    assert ADA.email in written.values()
    assert GRACE.user_id in written.values()
    assert request.expires_at is not None
    assert request.expires_at.isoformat() in written.values()
    assert sum(len(key) + len(value) for key, value in written.items()) < 16_384


def test_labels_are_labels() -> None:
    """Every label fits Google's alphabet."""
    for key, value in names.labels_for(pending()).items():
        assert LABEL.fullmatch(key)
        assert LABEL.fullmatch(value)


def test_a_strangers_annotations_are_nobodys() -> None:
    """What the bot has not made has no owner it knows."""
    assert names.owner_in({}) == ""
    assert names.owner_in({"request": "T0ACME/GK-7F3K"}) == ""


@given(st.randoms(use_true_random=False), st.integers(4, 8))
def test_an_id_reads_back_however_it_is_typed(dice: random.Random, length: int) -> None:
    """Case, prefix, spaces and code marks do not matter."""
    said = request_id.new(dice.choice, length)

    for typed in (said, said.lower(), said.removeprefix("GK-"), f"  {said} ", f"`{said}`", said.title()):
        assert request_id.read(typed) == said


@given(st.text(max_size=30))
def test_nothing_else_is_an_id(typed: str) -> None:
    """What reads as an id is an id of the alphabet, and reading it again changes nothing."""
    found = request_id.read(typed)

    if found is not None:
        assert set(found.removeprefix("GK-")) <= set(request_id.ALPHABET)
        assert request_id.read(found) == found


def test_ids_avoid_what_people_confuse() -> None:
    """No id holds a letter or digit that is read out or typed as another one."""
    assert not set("01OILU") & set(request_id.ALPHABET)
    for typed in ("GK-7F3", "GK-0F3K", "GK-7F3KAAAAA", "", "7F3K; drop", "../7F3K", "GK-7F3K extra"):
        assert request_id.read(typed) is None


def test_a_lifetime_is_no_name() -> None:
    """Names depend on nothing that an approval or the clock changes, so every step may run twice."""
    request = approved()
    other = approved(lifetime=timedelta(days=1), run=9, failed_runs=3)

    assert names.key_id(request) == names.key_id(other)
    assert names.account_email(request) == names.account_email(other)
