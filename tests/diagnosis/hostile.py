"""Fragments that make a careless reader slow: each is repeated to a megabyte by the tests and the bench."""

from __future__ import annotations

HOSTILE = {
    "open braces": '{"error":',
    "open lists": "[",
    "open quotes": '"message": "',
    "backslashes": "\\\\",
    "escaped quotes": '\\"message\\": \\"',
    "spaces": " ",
    "newlines": "\n",
    "html": "<title>Error 403 (Forbidden)!!1</title><p>",
    "hosts": "a.googleapis.com ",
    "keys": "reason: ",
    "numbers": "code 403 ",
    "projects": "on resource project ",
    "entities": "&amp;lt;",
    "links": "<https://x|",
    "pipes": "|\n",
    "quotes": "' + \n '",
    "permissions": "permission 'a.b",
    "blocked": "requests from referer ",
    "consumer": "consumer 'project_number:",
    "markup": "<div>",
    "nesting": '{"a":[',
    "entity bombs": "<!ENTITY a '&b;&b;'>",
    "base64": "QUJDREVG",
    "constants": "AAAA_BBBB ",
    "underscores": "A_B_",
    "terminals": "\x1b[31m",
    "right to left": "\u202e",
    "documents": '\n{"a": 1',
    "tokens": "eyJ.",
    "addresses": "https://a.b/?key=",
    "firebase codes": "(auth/a-",
    "unicode escapes": "\\u003c",
    "percent escapes": "%20%5B",
    "commands": "(gcloud.beta.a-",
}


def repeated(piece: str, length: int) -> str:
    """Fill a text of about that many characters with the fragment."""
    return piece * (length // len(piece))
