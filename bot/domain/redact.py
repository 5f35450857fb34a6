"""Cut every credential out of a text, leaving a stub that says what stood there.

One redactor guards all log lines, exceptions and Slack payloads. A stub keeps at most the public prefix
(`AIza…`, `AQ.…`, `xoxb-…`). Each rule runs only when its cheap trigger word is in the text, and every pattern
either matches or gives up within a bounded distance, so a hostile megabyte costs milliseconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

STUB = "…"
QUOTES = r"[\"'\\]{0,6}"
SEPARATOR = rf"{QUOTES}\s{{0,4}}[:=]\s{{0,4}}{QUOTES}"
VALUE = r"[^\s\"'\\,;&<>(){}\[\]…]"
PLACEHOLDER = re.compile(
    r"[A-Z_\-]+|[xX*.\-_]+|\$.*|your.*|my[-_].*|redacted.*|_*[a-zA-Z_]*(?i:api_?key)_*\W*|%[0-9a-zA-Z]{1,2}"
)


def _begins(token: str) -> str:
    """Match the public beginning of a token where no word goes on; the literal comes first, for speed.

    A token may follow an escaped line end inside JSON, or %20 in an address: the letter or digit of such an
    escape does not protect it.
    """
    prefix = re.escape(token)
    escaped = rf"(?<=\\[nrt]{prefix})|(?<=%[0-9A-Fa-f]{{2}}{prefix})"
    return rf"(?P<keep>{prefix})(?:(?<![A-Za-z0-9_]{prefix})|{escaped})"


def _looks_random(value: str) -> bool:
    """Tell a token from a word of prose: tokens mix digits in, or are longer than words are."""
    return len(value) > 24 or any(c.isdigit() for c in value)  # noqa: PLR2004 - longer than any English word


def _always(_: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of credential: when to look (lower case triggers), what to match, what may stay."""

    kind: str
    triggers: tuple[str, ...]
    pattern: re.Pattern[str]
    secret: Callable[[str], bool] = _always

    def stub(self, match: re.Match[str]) -> str:
        """Keep the named prefix, replace the rest, or keep all when it is a mere placeholder."""
        value = match["value"]
        if PLACEHOLDER.fullmatch(value) or not self.secret(value):
            return match[0]
        return match["keep"] + STUB


def _rule(kind: str, triggers: str, pattern: str, secret: Callable[[str], bool] = _always) -> Rule:
    return Rule(kind, tuple(triggers.split()), re.compile(pattern), secret)


RULES: tuple[Rule, ...] = (
    _rule(
        "private key",
        "private",
        r"(?P<keep>-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----)"
        r"(?P<value>(?:[A-Za-z0-9+/=\s:,\\]|-(?!----))++)(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?",
    ),
    _rule("Google API key", "aiza", r"(?P<keep>AIza)(?P<value>[0-9A-Za-z_\-]{10,})"),
    _rule("Google auth key", "aq.", _begins("AQ.") + r"(?P<value>[0-9A-Za-z_\-.]{10,})"),
    _rule("Google access token", "ya29.", r"(?P<keep>ya29\.)(?P<value>[0-9A-Za-z_\-.]{6,})"),
    _rule("Google refresh token", "1//", _begins("1//") + r"(?P<value>0[0-9A-Za-z_\-]{15,})"),
    _rule("Google client secret", "gocspx", r"(?P<keep>GOCSPX-)(?P<value>[0-9A-Za-z_\-]{8,})"),
    _rule("Slack token", "xox", r"(?P<keep>xox[a-z](?:\.xox[a-z])?-)(?P<value>[0-9A-Za-z_\-%]{8,})"),
    _rule("Slack token", "xwfp-", r"(?P<keep>xwfp-)(?P<value>[0-9A-Za-z_\-]{8,})"),
    _rule("Slack token", "xapp-", r"(?P<keep>xapp-)(?P<value>[0-9A-Za-z_\-]{8,})"),
    _rule(
        "Slack hook",
        "hooks.slack",
        r"(?P<keep>hooks\.slack(?:-gov)?\.com/)(?P<value>[a-z]{1,20}/[0-9A-Za-z_\-/]{8,})",
    ),
    _rule("token of the bot's API", "gkb_", r"(?P<keep>gkb_)(?P<value>[0-9A-Za-z_\-]{16,})"),
    _rule(
        "signed token (JWT)",
        "eyj",
        _begins("eyJ") + r"(?P<value>[0-9A-Za-z_\-]{16,}(?:\.[0-9A-Za-z_\-]*){0,4})",
    ),
    _rule("other provider's key", "sk-", _begins("sk-") + r"(?P<value>[0-9A-Za-z_\-]{20,})", _looks_random),
    _rule(
        "error detail with a credential",
        "debuginfo",
        r"(?s)(?P<keep>\bdetail(?P<q>\\{0,8}[\"'])\s{0,8}:\s{0,8}(?P=q))(?P<value>(?!…).{1,4000}?)(?=(?P=q)|\Z)",
    ),
    _rule(
        "API key",
        "goog-api-key",
        rf"(?P<keep>(?i:x-goog-api-key){SEPARATOR})(?P<value>{VALUE}{{6,}}+)(?!…)",
        _looks_random,
    ),
    _rule("API key", "api_key:", rf"(?P<keep>(?i:api_key):<?)(?P<value>{VALUE}{{4,}}+)(?!…)"),
    _rule(
        "API key",
        "apikey api_key api-key",
        rf"(?P<keep>(?i:api[_-]?key){SEPARATOR})(?P<value>{VALUE}{{8,}}+)(?!…)",
        _looks_random,
    ),
    _rule(
        "API key",
        "key= key%3d key\\u003d",
        r"(?P<keep>[?&;](?i:key)(?:=|%3[dD]|\\u003[dD]))" rf"(?P<value>{VALUE}{{4,}}+)(?!…)",
    ),
    _rule("API key", "key=", r"(?P<keep>\b(?i:key)=)(?P<value>[0-9A-Za-z_\-.]{20,}+)(?!…)", _looks_random),
    _rule(
        "authorization header",
        "bearer basic",
        r"(?P<keep>\b(?i:bearer|basic)(?:\s{1,4}|%20))(?P<value>[0-9A-Za-z._~+/=\-]{8,}+)(?!…)",
        _looks_random,
    ),
)


WATCHED: tuple[tuple[str, Rule], ...] = tuple((word, rule) for rule in RULES for word in rule.triggers)


def redact(text: str) -> str:
    """Return the text with every credential cut down to its stub; doing it twice changes nothing."""
    for rule in _triggered(text):
        text = rule.pattern.sub(rule.stub, text)
    return text


def suspicious(text: str) -> bool:
    """Tell whether `redact` would look closer; of a text where it would not, every part is clean."""
    return bool(_triggered(text))


def sweep(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the redacted text, and the kinds of credential it held, in words for the person, each once."""
    kinds: dict[str, None] = {}
    for rule in _triggered(text):
        cut = rule.pattern.sub(rule.stub, text)
        if cut != text:
            kinds[rule.kind] = None
        text = cut
    return text, tuple(kinds)


def _triggered(text: str) -> list[Rule]:
    lower = text.lower()
    rules: list[Rule] = []
    for word, rule in WATCHED:  # a plain loop: this runs on every log line
        if word in lower and rule not in rules:
            rules.append(rule)
    return rules
