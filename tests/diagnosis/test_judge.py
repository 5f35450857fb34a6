"""Facts confirm, rule out, or are not there; a fact that was not read is never evidence."""

from __future__ import annotations

import json

import pytest

from bot.diagnosis.catalogue import CAUSES
from bot.diagnosis.cause import Cause, Fix, Sentence
from bot.diagnosis.error import ApiError
from bot.diagnosis.facts import Facts, Unknown
from bot.diagnosis.judge import judge
from bot.diagnosis.why import diagnose

DISABLED = ApiError(
    403, reason="SERVICE_DISABLED", service="generativelanguage.googleapis.com", consumer="projects/acme"
)
BLOCKED = ApiError(403, reason="API_KEY_SERVICE_BLOCKED")


def _answers(error: ApiError, **facts: object) -> list[tuple[str, str]]:
    return [(found.cause.id, str(found.sure)) for found in judge(error, Facts(facts))]


def test_without_facts_a_cause_is_likely() -> None:
    """The text alone never confirms."""
    assert _answers(DISABLED) == [("service-disabled", "likely")]


def test_a_fact_confirms() -> None:
    """What Service Usage says turns likely into confirmed, with the evidence said."""
    found = judge(DISABLED, Facts({"service_state": "DISABLED"}))[0]
    assert (str(found.sure), str(found.evidence)) == (
        "confirmed",
        "Service Usage says that the API is disabled.",
    )


def test_a_fact_rules_out() -> None:
    """An API that is on now is no reason any more, and says so instead of vanishing."""
    assert _answers(DISABLED, service_state="ENABLED") == [("service-disabled", "ruled-out")]


def test_a_confirmed_companion_goes_first() -> None:
    """The facts decide between two causes of one text."""
    assert _answers(BLOCKED) == [("key-service-blocked", "likely"), ("key-unrestricted-blocked", "likely")]
    assert _answers(BLOCKED, key_services=frozenset()) == [
        ("key-unrestricted-blocked", "confirmed"),
        ("key-service-blocked", "ruled-out"),
    ]


def test_the_project_of_a_stranger_shows_only_with_proof() -> None:
    """That the call was counted elsewhere is said when the records prove it, and not before."""
    assert ("key-of-another-project", "confirmed") in _answers(DISABLED, consumer_is_mine=False)
    assert "key-of-another-project" not in dict(_answers(DISABLED, consumer_is_mine=True))


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_an_unread_fact_is_no_opinion(cause: Cause) -> None:
    """Every cause that asks for a fact raises Unknown when nobody could read it."""
    with pytest.raises(Unknown):
        cause.confirm(Facts())


@pytest.mark.parametrize("cause", [cause for cause in CAUSES if cause.reads], ids=lambda cause: cause.id)
def test_a_fact_of_the_wrong_type_is_no_opinion(cause: Cause) -> None:
    """A probe that stored nonsense can neither confirm nor rule out."""
    nonsense = Facts(dict.fromkeys(cause.reads, object()))
    with pytest.raises(Unknown):
        cause.confirm(nonsense)


def test_unknown_names_of_facts_are_refused() -> None:
    """A misspelt fact is a mistake in the program, found at once."""
    with pytest.raises(ValueError, match="no such fact"):
        Facts({"sevice_state": "ENABLED"})
    with pytest.raises(KeyError):
        Facts()["sevice_state"]


def test_a_diagnosis_names_the_facts_worth_reading() -> None:
    """Only facts that can make a difference for this text are asked for."""
    needed = diagnose(
        "403 Generative Language API has not been used in project 12345678 before or it is disabled."
    )
    assert needed.needed == ("service_state", "consumer_is_mine", "another_key_is", "key_used")


def test_the_json_is_the_promised_one() -> None:
    """`why-403 --json` has exactly the promised keys, and is plain JSON."""
    answer = diagnose("403 Your API key was reported as leaked. Please use another API key.").as_json()

    assert json.loads(json.dumps(answer)) == answer
    assert list(answer) == ["parsed", "findings"]
    assert list(answer["parsed"]) == ["http", "status", "reason", "service", "consumer"]  # type: ignore[call-overload]
    found = answer["findings"][0]  # type: ignore[index]
    assert list(found) == ["cause", "sure", "title", "evidence", "fix", "who"]
    assert found["who"] == ["requester", "bot"]


def test_sentences_are_translated_before_they_are_filled() -> None:
    """A catalogue gets the template; the values go in afterwards and are never looked into."""
    title = diagnose(
        "Generative Language API has not been used in project acme-1 before or it is disabled."
    ).best
    assert title is not None
    assert title.title.template == "{service_title} is switched off in {project}"
    assert str(title.title) == "The Gemini API is switched off in acme-1"
    assert str(Sentence("{a}", {"a": "{b} %s {0.__class__}"})) == "{b} %s {0.__class__}"


def test_a_command_takes_no_foreign_shell_text() -> None:
    """A project name with shell characters stays a placeholder in the command."""
    fix = Fix("x", command="gcloud services enable {service} --project={project}")
    hostile = {"service": "aiplatform.googleapis.com", "project": "x; rm -rf $HOME"}
    assert fix.command_for(hostile) == "gcloud services enable aiplatform.googleapis.com --project=PROJECT"


@pytest.mark.parametrize(
    "text",
    [
        "401 Request had invalid authentication credentials. Expected OAuth 2 access token",
        "API key not valid. Please pass a valid API key.",
    ],
)
def test_an_old_key_is_the_second_thought_where_google_says_nothing_of_it(text: str) -> None:
    """The Gemini API refuses old keys in words that speak of logins or of typing; Vertex AI takes none."""
    gemini = [finding.cause.id for finding in diagnose(text).findings]
    vertex = [finding.cause.id for finding in diagnose(f"aiplatform.googleapis.com: {text}").findings]

    assert gemini[1:] == ["standard-key-cutoff"]
    assert "standard-key-cutoff" not in vertex
