"""The envelope reader against errors built here: any nesting, any notation, any amount of rubbish."""

from __future__ import annotations

import contextlib
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.envelope.codes import HTTP_OF
from bot.diagnosis.reasons import ENUM
from bot.diagnosis.why import diagnose
from bot.errors import BotError
from tests.diagnosis.hostile import HOSTILE, repeated
from tests.support.alarm import no_longer_than

NAMES = st.from_regex(r"[a-z][a-z0-9\-]{4,20}[a-z0-9]", fullmatch=True)
PROSE = st.text(
    st.characters(codec="ascii", categories=("L", "N", "Zs"), include_characters=".,!<>()"), max_size=80
)

LONGEST_ANSWER = 30_000


def _error(status: str, reason: str, project: str, message: str) -> dict[str, object]:
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "aiplatform.googleapis.com", "consumer": f"projects/{project}"},
    }
    return {"error": {"code": HTTP_OF[status], "message": message, "status": status, "details": [info]}}


@given(
    st.sampled_from(["PERMISSION_DENIED", "UNAUTHENTICATED", "INVALID_ARGUMENT", "NOT_FOUND"]),
    st.sampled_from(sorted(ENUM)),
    NAMES,
    PROSE,
    st.integers(0, 3),
    st.sampled_from([None, 1, 2]),
)
@settings(max_examples=150, deadline=None)
def test_structure_is_read_at_any_depth(
    status: str, reason: str, project: str, message: str, depth: int, indent: int | None
) -> None:
    """Code, status, reason, service and project come out of JSON inside JSON, and out of a Python repr."""
    error = _error(status, reason, project, message)
    text = json.dumps(error, indent=indent)
    for _ in range(depth):
        text = json.dumps({"error": {"message": text, "code": 500, "status": "Internal Server Error"}})
    for form in (text, repr(error), f"[{text}]"):
        parsed = diagnose(form).parsed
        assert (parsed.http, parsed.status, parsed.reason) == (HTTP_OF[status], status, reason)
        assert parsed.consumer == f"projects/{project}"
        assert parsed.service == "aiplatform.googleapis.com"


def test_the_innermost_error_is_the_root() -> None:
    """A wrapper's own 500 and its own error object do not hide the error of Google inside."""
    inner = json.dumps(_error("PERMISSION_DENIED", "BILLING_DISABLED", "acme-prod", "no money"))
    text = json.dumps(
        {"error": {"code": 500, "message": f"upstream said: {inner}", "type": "BadRequestError"}}
    )
    answer = diagnose(f"openai.BadRequestError: Error code: 400 - {text}")

    assert (answer.parsed.http, answer.parsed.reason) == (403, "BILLING_DISABLED")
    assert answer.best is not None
    assert answer.best.cause.id == "billing-disabled"


def test_of_several_errors_the_known_one_is_explained() -> None:
    """Retries of a busy server before the final refusal do not distract from it."""
    busy = {"error": {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"}}
    final = _error("PERMISSION_DENIED", "API_KEY_IP_ADDRESS_BLOCKED", "acme-prod", "no")
    answer = diagnose(f"attempt 1: {json.dumps(busy)}\nattempt 2: {json.dumps(final)}")

    assert answer.best is not None
    assert answer.best.cause.id == "key-ip-blocked"


def test_a_pasted_key_is_named_and_not_kept() -> None:
    """The answer holds no character of a pasted key, only which kind it was."""
    key = "AI" + "za" + "Sy7hQ2b9XkLm3Nw8Rt5Vz1Yc6Pd4Gf0Js-A"
    answer = diagnose(
        f"curl '…?key={key}' -> 403 Permission denied: Consumer 'api_key:{key}' has been suspended."
    )

    assert answer.leaked_secrets == ("Google API key",)
    assert key[6:14] not in repr(answer)
    assert answer.best is not None
    assert answer.best.cause.id == "consumer-suspended"


@pytest.mark.parametrize("before", ["x-goog-api-key: ", '{"key": "', "Authorization: Bearer ", "?key="])
@pytest.mark.parametrize("prefix", ["AQ" + ".", "ya" + "29."])
def test_an_escape_does_not_hide_a_key(before: str, prefix: str) -> None:
    """A key in a percent-encoded text is cut before and after it is decoded."""
    secret = "Ab8RN6KhQ2b9XkLm3Nw8Rt5Vz1Yc6Pd4"
    said = quote(f'{before}{prefix}{secret}" has no permission: User location is not supported')
    answer = diagnose(f"grpc-status: 9\ngrpc-message: {said}")

    assert answer.leaked_secrets
    assert secret[:12] not in repr(answer)
    assert answer.best is not None
    assert answer.best.cause.id == "region-unsupported"


@given(st.one_of(st.text(max_size=400), st.binary(max_size=400).map(lambda raw: raw.decode("latin-1"))))
@settings(max_examples=200, deadline=None)
def test_any_text_is_answered_or_refused_in_words(text: str) -> None:
    """Nothing that can be pasted breaks the reader, and every answer can be sent."""
    for paste in (text, f'{{"error": {{"code": 403, "message": "{text}'):
        with contextlib.suppress(BotError):
            json.dumps(diagnose(paste).as_json(), ensure_ascii=False).encode()


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_megabyte_is_answered(piece: str) -> None:
    """A megabyte of any fragment ends in a bounded answer or in a sentence; `make bench` times it."""
    _answered(repeated(piece, 1_000_000))


@given(st.lists(st.sampled_from(sorted(HOSTILE.values())), min_size=2, max_size=5), st.integers(1, 40))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_any_mixture_of_fragments_is_answered(pieces: list[str], each: int) -> None:
    """What one fragment opens, another may not keep open for ever."""
    _answered(repeated("".join(piece * each for piece in pieces), 20_000))


def _answered(text: str) -> None:
    try:
        with no_longer_than():
            answer = diagnose(text)
    except BotError as refusal:
        assert "Please paste" in str(refusal)  # noqa: PT017 - an answer is as good
    else:
        assert len(answer.parsed.message) <= LONGEST_ANSWER


@pytest.mark.parametrize(
    "text",
    ["\x00\x01\x02\x03\x04\x05\x06\x07\x0e\x0f" * 40, "x" * 3_000_000, "\ufffd" * 300],
    ids=["control bytes", "three megabytes", "undecodable"],
)
def test_what_is_no_text_is_refused_with_advice(text: str) -> None:
    """Binary files and whole logs are refused with a sentence that says what to do instead."""
    with pytest.raises(BotError, match="Please paste"):
        diagnose(text)


def test_an_error_deep_in_a_long_log_is_found() -> None:
    """The surroundings of the first Google error in a long log are read, wherever it stands."""
    error = json.dumps(_error("PERMISSION_DENIED", "SERVICE_DISABLED", "acme-prod", "off"))
    noise = "2026-11-20 10:00:00 INFO nothing to see here\n" * 6000
    best = diagnose(noise + error + noise).best

    assert best is not None
    assert best.cause.id == "service-disabled"
