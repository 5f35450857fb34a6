"""Undo what terminals, chat and log shippers did to a text, without touching what it says."""

from __future__ import annotations

import re
from urllib.parse import unquote

from bot.domain.redact import redact
from bot.errors import BotError

MOST_CHARACTERS = 2_000_000
WHOLE = 14_000
WINDOW = 4_000
BEFORE_A_SIGN = 1_000
_SIGNS = ("PERMISSION_DENIED", "google.rpc", "googleapis.com")
_CODE = re.compile(r"code\\*[\"']\s{0,3}:\s{0,3}4\d\d")

_ANSI = re.compile(r"(?:\x1b|\\u001[bB]|\\x1[bB]|\\033)\[[0-9;?]{0,20}[A-Za-z]")
_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys(map(chr, range(0x2500, 0x25A0)), " "),  # box drawing and blocks
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", None),  # zero width
        **dict.fromkeys(
            "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", None
        ),  # direction
        **dict.fromkeys("\u00a0\u2007\u202f\u3000", " "),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\uff02\u00ab\u00bb", '"'),
        **dict.fromkeys(map(chr, (*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000))), None),
        "\r": None,
        "\uff1a": ":",
    }
)
_CHARACTER = re.compile(f"[{re.escape(''.join(map(chr, _CHARACTERS)))}]")
_ODD = re.compile(r"[\ufffd\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ENTITIES = {
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#34;": '"',
    "&#39;": "'",
    "&#x27;": "'",
    "&nbsp;": " ",
    "&#160;": " ",
}
_ENTITY = re.compile("|".join(_ENTITIES))
_SLACK_LINK = re.compile(r"<((?:https?|mailto|tel):[^|<>\s]{1,2000})(?:\|([^<>]{0,2000}))?>")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(((?:https?://|mailto:)[^()\s]{1,2000})\)")
_MARGIN = re.compile(r"^[ \t]*(?:[>|+][ \t]?)+", re.MULTILINE)
_RIGHT_EDGE = re.compile(r"[ \t]+\|[ \t]*$", re.MULTILINE)
_LOG_PREFIX = re.compile(
    r"^(?:[\w.\-]{1,60}\s{1,8}\|[ \t]"  # docker compose
    r"|\[?\d{4}-\d\d-\d\d[T ][\d:.,]{5,18}(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]"
    r'|Step #\d{1,4}(?: - "[^"\n]{0,100}")?:[ \t])',
    re.MULTILINE,
)
_GLUED_STRINGS = re.compile(r"(?:\\n)?['\"][ \t]{0,4}\+[ \t]{0,300}\n[ \t]{0,40}['\"]")
# Firebase turns Google's sentence into an error code.
_FIREBASE_CODE = re.compile(r"\((auth|ai|AI)/([a-z][a-z0-9\-.:/<>]{20,300})\)")
_BREAK = re.compile(r"[ \t]{0,300}\n[ \t]{0,300}")
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_MOSTLY = 0.6


def clean(text: str) -> str:
    """Return the text as its sender meant it, at most a few windows of a long one.

    Raises `BotError` when it cannot be a pasted error: far too long, or binary.
    """
    if len(text) > MOST_CHARACTERS:
        raise BotError("That is too long to be one error. Please paste the lines around the error only.")
    if _is_binary(text):
        raise BotError("That looks like a binary file. Please paste the error as text.")
    text = _windows(text)
    if "%20" in text:
        text = redact(unquote(text))  # gRPC sends `grpc-message` so; an escape may have hidden a key
    text = _translated(_ANSI.sub("", text))
    text = _without_chat_markup(text)
    if "(a" in text or "(AI/" in text:
        text = _FIREBASE_CODE.sub(lambda m: f"{m[1]} {m[2].replace('-', ' ')}", text)
    return _without_margins(text)


def flatten(text: str) -> str:
    """Unescape nested string levels until none is left, so that one reader sees every level alike."""
    text = _GLUED_STRINGS.sub("\n", text) if "+" in text else text
    for _ in range(8):
        if "\\" not in text:
            break
        text = _one_level_up(text)
    return _translated(text)


def rejoin(text: str) -> str:
    """Take out the line breaks of a cleaned text: a terminal that wraps by width breaks words in two."""
    return _BREAK.sub("", text)


def _translated(text: str) -> str:
    """Do what `str.translate` does, which looks each character up when one of them is not ASCII."""
    return _CHARACTER.sub(lambda found: _CHARACTERS[ord(found[0])] or "", text)


def _windows(text: str) -> str:
    """Keep the head, the tail, and the surroundings of the first sign of a Google error in between."""
    if len(text) <= WHOLE:
        return text
    parts = [text[:WINDOW]]
    if (sign := _first_sign(text, WINDOW, len(text) - WINDOW)) is not None:
        parts.append(text[max(WINDOW, sign - BEFORE_A_SIGN) : sign + WINDOW])
    return "\n".join([*parts, text[-WINDOW:]])


def _first_sign(text: str, start: int, end: int) -> int | None:
    """Find where a Google error may begin; plain searches first, for the text may be a megabyte."""
    found = [at for sign in _SIGNS if (at := text.find(sign, start, end)) != -1]
    if code := _CODE.search(text, start, min(found, default=end)):
        found.append(code.start())
    return min(found, default=None)


def _is_binary(text: str) -> bool:
    sample = text[:4000]
    return len(_ODD.findall(sample)) > max(8, len(sample) // 20)


def _without_chat_markup(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(lambda m: _ENTITIES[m[0]], text.replace("&amp;", "&"))
    if "<" in text:
        text = _SLACK_LINK.sub(_link, text)
    if "](" in text:
        text = _MARKDOWN_LINK.sub(lambda m: m[2].removeprefix("mailto:"), text)
    return text.replace("```", "\n")


def _link(match: re.Match[str]) -> str:
    """Slack links bare domains by itself: the label is what was typed, unless it is prose."""
    url, label = match[1], match[2] or ""
    return label if label and " " not in label else url.removeprefix("mailto:")


def _without_margins(text: str) -> str:
    lines = text.count("\n") + 1
    if lines > 1 and len(_LOG_PREFIX.findall(text)) > max(1, lines * _MOSTLY):
        text = _LOG_PREFIX.sub("", text)
    if "\n>" in text or "\n|" in text or text[:1] in "|>":
        text = _RIGHT_EDGE.sub("", _MARGIN.sub("", text))
    return text


def _one_level_up(text: str) -> str:
    text = text.replace("\\\\", "\0").replace('\\"', '"').replace("\\'", "'")
    text = text.replace("\\n", "\n").replace("\\r", "").replace("\\t", " ").replace("\\/", "/")
    text = _UNICODE.sub(lambda m: chr(int(m[1], 16)), text) if "\\u" in text else text
    return text.replace("\0", "\\")
