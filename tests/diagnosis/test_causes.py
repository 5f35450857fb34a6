"""The catalogue: complete, each cause fires, and fires alone."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.catalogue import BY_ID, CAUSES, as_json, as_markdown
from bot.diagnosis.error import ApiError
from bot.diagnosis.facts import KNOWN
from bot.diagnosis.judge import matching, standing
from bot.diagnosis.naming import values_of
from bot.diagnosis.reasons import ENUM

if TYPE_CHECKING:
    from bot.diagnosis.cause import Cause

# Every row of the reference's catalogue.
ROWS = """
service-disabled quota-project-missing billing-disabled billing-dunning-hold
billing-required-to-enable billing-link-quota key-invalid key-not-found key-expired
standard-key-cutoff key-unrestricted-blocked key-service-blocked key-referrer-blocked
key-ip-blocked key-android-blocked key-ios-blocked key-leaked consumer-suspended
placeholder-project consumer-invalid project-delete-requested project-denied-access tos-disabled
caller-no-permission iam-permission-denied enable-permission-denied key-create-denied
binding-blocked sa-key-creation-blocked scope-insufficient no-credentials api-key-not-supported
invalid-credentials multiple-credentials user-project-denied vpc-sc org-restrict-service-usage
org-model-not-allowed org-header org-location org-tls member-domain-blocked gcp-suspended
workspace-admin-block region-unsupported edge-block-html file-no-access tuned-model-no-access
model-no-access model-not-found model-retired quota-rate quota-free-tier quota-free-tier-zero
quota-paid-tier-daily prepay-depleted spend-cap capacity-exhausted third-party-proxy
"""

PAIRS = [(cause, error) for cause in CAUSES for error in cause.fires_on]


@pytest.mark.parametrize("row", ROWS.split())
def test_every_row_of_the_reference_is_a_cause(row: str) -> None:
    """No row of the reference catalogue is missing."""
    assert row in BY_ID


def test_ids_are_unique_and_speakable() -> None:
    """An id names one cause, in lower case with hyphens."""
    assert len(BY_ID) == len(CAUSES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", cause.id) for cause in CAUSES)


@pytest.mark.parametrize(("cause", "error"), PAIRS, ids=lambda part: getattr(part, "id", ""))
def test_a_cause_fires_first_and_alone(cause: Cause, error: ApiError) -> None:
    """Each example of a cause stands for it; beside it stand only its documented companions."""
    stand = standing(matching(error))

    assert stand[0] is cause
    strangers = [other.id for other in stand[1:] if cause.id not in other.beside and not other.needs_proof]
    assert strangers == []


def test_the_enum_is_whole() -> None:
    """All numbers that google.api.ErrorReason gives out are known; four were never given."""
    assert set(ENUM.values()) == set(range(1, 48)) - {22, 32, 37, 40}


@pytest.mark.parametrize("name", ENUM)
def test_every_error_reason_has_a_cause(name: str) -> None:
    """Each value of google.api.ErrorReason is explained even when the message says nothing."""
    stand = standing(matching(ApiError(403, reason=name)))
    assert [cause for cause in stand if not cause.needs_proof]


def test_a_reason_of_the_future_is_tolerated() -> None:
    """A reason nobody knows yet brings no cause and no failure."""
    assert standing(matching(ApiError(403, reason="SOMETHING_FROM_2028"))) == ()


def test_precedence_names_real_causes_and_has_no_circle() -> None:
    """Whom a cause yields to exists, and nobody yields in a circle, so somebody always stands."""
    named = {other for cause in CAUSES for other in (*cause.yields_to, *cause.beside)}
    assert named <= BY_ID.keys()
    for cause in CAUSES:
        reached, ahead = set(), list(cause.yields_to)
        while ahead:
            step = ahead.pop()
            if step not in reached:
                reached.add(step)
                ahead += BY_ID[step].yields_to
        assert cause.id not in reached


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_words_are_whole_sentences_with_known_places(cause: Cause) -> None:
    """Titles, explanations, fixes and commands ask only for values that every error can give."""
    known = values_of(ApiError()).keys()
    for words in (cause.title, cause.explain, cause.fix.words, cause.fix.command):
        assert {name for _, name, _, _ in Formatter().parse(words) if name} <= known
    assert cause.explain.endswith((".", ")"))
    assert cause.fix.words.endswith(".")
    assert not cause.title.endswith(".")
    assert cause.fixers


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_a_cause_reads_only_facts_that_probes_know(cause: Cause) -> None:
    """The facts a cause asks for are in the list of facts, so that a probe can be written for each."""
    assert set(cause.reads) <= KNOWN.keys()


def test_the_catalogue_renders_every_cause() -> None:
    """The page and the list for programs name each cause once."""
    page = as_markdown()
    assert [row["cause"] for row in as_json()] == [cause.id for cause in CAUSES]
    assert re.findall(r"^### (\S+)$", page, re.MULTILINE) == [cause.id for cause in CAUSES]
