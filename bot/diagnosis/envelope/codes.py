"""HTTP codes and google.rpc.Code names, and where a text states them outside any structure."""

from __future__ import annotations

import re

HTTP_OF = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429,
    "CANCELLED": 499,
    "INTERNAL": 500,
    "UNKNOWN": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
STATUS_OF = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}
# google.rpc.Code numbers; node and some log formats print them instead of names.
BY_NUMBER = {
    3: "INVALID_ARGUMENT",
    5: "NOT_FOUND",
    6: "ALREADY_EXISTS",
    7: "PERMISSION_DENIED",
    8: "RESOURCE_EXHAUSTED",
    9: "FAILED_PRECONDITION",
    14: "UNAVAILABLE",
    16: "UNAUTHENTICATED",
}
# The Interactions API and OpenAI-style wrappers name codes in lower case.
LOWER_CASE = {
    "invalid_request": "INVALID_ARGUMENT",
    "parameter_unknown": "INVALID_ARGUMENT",
    "authentication": "UNAUTHENTICATED",
    "permission_denied": "PERMISSION_DENIED",
    "not_found": "NOT_FOUND",
    "model_not_found": "NOT_FOUND",
    "rate_limit_exceeded": "RESOURCE_EXHAUSTED",
}
_CAMEL = {name.title().replace("_", ""): name for name in HTTP_OF}
_PHRASES = {
    "bad request": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not found": 404,
    "too many requests": 429,
}

_LISTED = tuple(name for name in HTTP_OF if "_" in name)
MOST_STATUSES = 4

_CODE = r"(40[0134]|409|412|429|50[0234])"
_BEFORE = (
    r"https?(?:/[\d.]+)?|status|code|error|returned|exception|failed|got|denied|forbidden"
    r"|erreur|fehler|errore|ошибка|错误|錯誤|错误代码|错误码|状态码|エラー|오류"
)
_AFTER = "|".join([*_PHRASES, "permission"])
_NUMBER = re.compile(_CODE)
_HTTP = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_CODE}[ :]{{1,2}}\(?(?:{'|'.join(HTTP_OF)})\b",
        rf"\[{_CODE}[ \]:]",
        rf"(?i)\b(?:{_BEFORE})(?:[ _]?code)?[\s:=(\[\"']{{1,6}}(?:http[\s:]{{1,2}})?{_CODE}\b(?![.\-/]\d)",
        rf"(?i)\b{_CODE}\)?[:\s,\-(]{{1,3}}(?:{_AFTER})",
        rf"(?:^|[:(>\s\"']\s?){_CODE}[:.]? (?=[A-Z\[{{'\"<])",
        rf"(?i)\b{_CODE}[ -](?:error|response|status)",
    )
)
_NAME = re.compile(
    r"\b(PERMISSION_DENIED|UNAUTHENTICATED|INVALID_ARGUMENT|FAILED_PRECONDITION|RESOURCE_EXHAUSTED"
    r"|NOT_FOUND|ALREADY_EXISTS|DEADLINE_EXCEEDED|UNAVAILABLE)\b"
)
_CAMEL_NAME = re.compile(
    r"(?:code ?[=:] ?|exceptions?\.|StatusCode\.|RPCStatus\.|Code\.|^|\n|: )"
    rf"((?i:p)ermissionDenied|{'|'.join(_CAMEL)})\b"
)
_PHRASE = re.compile(r"\b(?:Forbidden|FORBIDDEN|Unauthorized|Too Many Requests)\b")


def canonical(name: str) -> str | None:
    """Return the google.rpc.Code name for any spelling of it."""
    if name in HTTP_OF:
        return name
    camel = name[:1].upper() + name[1:]
    return LOWER_CASE.get(name.lower()) or _CAMEL.get(camel)


def http_in(text: str) -> int | None:
    """Return the first HTTP error code that the text states as one."""
    if not _NUMBER.search(text):
        return _phrased(text)
    for pattern in _HTTP:
        if match := pattern.search(text):
            return int(match[1])
    return _phrased(text)


def _phrased(text: str) -> int | None:
    phrase = _PHRASE.search(text)
    return _PHRASES[phrase[0].lower()] if phrase else None


def all_in(text: str) -> tuple[int, ...]:
    """Return every HTTP error code that the text states as one; most texts know only one."""
    numbers = {int(number) for number in _NUMBER.findall(text)}
    if len(numbers) == 1:
        return tuple(numbers)
    return tuple({int(match[1]): None for pattern in _HTTP for match in pattern.finditer(text)})


def is_list(text: str) -> bool:
    """Tell whether a text goes through the codes as documentation does: many of them, in their order."""
    places = {text.find(name): HTTP_OF[name] for name in _LISTED if name in text}
    listed = [places[at] for at in sorted(places)]
    return len(listed) >= MOST_STATUSES and listed == sorted(listed)


def status_in(text: str) -> str | None:
    """Return the first google.rpc.Code that the text names."""
    if match := _NAME.search(text):
        return match[1]
    if "recondition check failed" in text:
        return "FAILED_PRECONDITION"
    camel = _CAMEL_NAME.search(text)
    return canonical(camel[1]) if camel else None
