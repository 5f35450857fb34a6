"""The redactor: what it must take out, what it must leave, and how little it may cost."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.redact import redact, sweep
from tests.support.alarm import no_longer_than

BODY = "Sy7hQ2b9XkLm3Nw8Rt5Vz1Yc6Pd4Gf0Js-Aa"
API_KEY = "AI" + "za" + BODY
AUTH_KEY = "AQ" + ".Ab8RN6" + BODY + BODY
PEM = "-----BEGIN {0}-----\\nMIIEvQ{1}\\n-----END {0}-----\\n".format("PRIVATE KEY", BODY.replace("-", "+"))
SECRETS = {
    "api key": API_KEY,
    "auth key": AUTH_KEY,
    "access token": "ya" + "29.a0Af" + BODY,
    "refresh token": "1/" + "/0e" + BODY,
    "client secret": "GOC" + "SPX-" + BODY[:28],
    "bot token": "xo" + "xb-123456789012-" + BODY,
    "app token": "xa" + "pp-1-A012-3456-" + BODY,
    "private key": PEM,
    "jwt": "ey" + "JhbGciOiJSUzI1NiJ9." + BODY + "." + BODY,
}
FRAMES = {
    "alone": "{}",
    "prose": "my key is {} and it fails",
    "url": "GET https://generativelanguage.googleapis.com/v1beta/models?key={}&alt=sse HTTP/2",
    "echo": "Permission denied: Consumer 'api_key:{}' has been suspended.",
    "header": "> x-goog-api-key: {}\r\n",
    "bearer": "Authorization: Bearer {}",
    "escaped": '{{\\"message\\": \\"first\\n{}\\nlast\\"}}',
    "assigned": 'export GEMINI_API_KEY="{}"',
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_no_secret_survives_any_frame(secret: str, frame: str) -> None:
    """Of each kind of credential nothing beyond its public prefix is left, wherever it stands."""
    text = frame.format(secret)
    clean = redact(text)

    assert BODY[:8] not in clean
    assert "…" in clean
    swept, kinds = sweep(text)
    assert (swept, redact(clean)) == (clean, clean)
    assert kinds


@pytest.mark.parametrize(
    ("text", "stub"),
    [
        (API_KEY, "AIza…"),
        (AUTH_KEY, "AQ.…"),
        (f"?key={API_KEY}&a=1", "?key=AIza…&a=1"),
        ("/v1/models?key=some-other-shape-1", "/v1/models?key=…"),
        ("%3Fx&key%3Dsome-other-shape-1", "%3Fx&key%3D…"),
        ("https://hooks.slack.com/" + "services/T00/B00/" + BODY, "https://hooks.slack.com/…"),
        ('{"@type":"…DebugInfo","detail":"key foreign-1 is bad"}', '{"@type":"…DebugInfo","detail":"…"}'),
        ("api_key=foreign-key-1", "api_key=…"),
        ("Consumer 'api_key:abcdef' has been suspended.", "Consumer 'api_key:…' has been suspended."),
        (f"Authorization: Basic {b64encode(BODY.encode()).decode()}", "Authorization: Basic …"),
    ],
)
def test_the_stub_names_what_stood_there(text: str, stub: str) -> None:
    """The stub keeps the recognisable prefix and the text around it."""
    assert redact(text) == stub


@pytest.mark.parametrize(
    "text",
    [
        'metadata { key: "consumer" value: "projects/123" }',
        "event=job.done key=gk:{T012}:request:GK-7F3K",
        "API key not valid. Please pass a valid API key.",
        "Please use API Key or other form of API consumer identity",
        "https://generativelanguage.googleapis.com/v1beta/models?key=YOUR_API_KEY",
        "x-goog-api-key: $GEMINI_API_KEY",
        "Bearer authentication is not supported",
        "FAQ.thisisnotasecretbutalongword",
        "apiKey: undefined",
        "key_id=gk-7f3k-r1",
    ],
)
def test_harmless_text_is_left_alone(text: str) -> None:
    """Words about keys, placeholders and Redis key names are no secrets."""
    assert redact(text) == text
    assert sweep(text) == (text, ())


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_redacting_twice_changes_nothing(text: str) -> None:
    """The redactor is idempotent, so every layer may apply it again."""
    once = redact(f"{text}{API_KEY} api_key:{text} ?key={text}")
    assert redact(once) == once


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_json_levels_do_not_hide_a_key(before: str, after: str) -> None:
    """A key is found through three levels of JSON in JSON."""
    text = json.dumps({"a": json.dumps({"b": json.dumps({"c": f"{before} {API_KEY} {after}"})})})
    assert BODY[:8] not in redact(text)


PEM_BEGINS = PEM.partition("\\n")[0]
HOSTILE = ("eyJ", "1//0", "AIza", "Bearer ", "api_key:", "?key=", PEM_BEGINS, 'detail":"')


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_comes_to_an_end(piece: str) -> None:
    """What begins like a credential 250,000 times is read once, not once per beginning."""
    with no_longer_than():
        assert "debuginfo" in redact("debuginfo " + piece * 250_000)
