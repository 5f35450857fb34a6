"""Find every sentence that a person sees in the source; `make words` collects them with it.

Babel's own reader looks neither into f-strings nor at the fields of causes, which are said later.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

Found = tuple[int, str | None, str | tuple[str, ...], list[str]]

ERRORS = (
    "BotError",
    "Refused",
    "Conflict",
    "Crowded",
    "NotFound",
    "Unavailable",
    "Misconfigured",
    "Superseded",
    "Unreadable",
    "Unsure",
)
# Which arguments of a call are sentences, by place or by name.
SENTENCES: dict[str, tuple[int | str, ...]] = {
    **dict.fromkeys(("N_", "words", "public", "Sentence", *ERRORS), (0,)),
    **dict.fromkeys(("Invalid", "Blocked"), (1,)),
    "Cause": ("title", "explain"),
    "Fix": (0, "effective"),
    "__init__": (0,),  # an error's own, by `super()`
    "_rule": (0,),  # of the redactor: a kind of credential
}
PLURAL = "many"


def extract(source: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Yield what Babel's extraction asks for: line, function, sentence, comments."""
    for node in ast.walk(ast.parse(source.read())):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name == PLURAL:
            forms = tuple(text for argument in node.args[:2] for text in _texts(argument))
            if len(forms) == 2:  # noqa: PLR2004 - English has two
                yield node.lineno, PLURAL, forms, []
        for place in SENTENCES.get(name, ()):
            for text in _texts(_argument(node, place)):
                yield node.lineno, None, text, []


def _name(function: ast.expr) -> str:
    """Name what is called by its last word; `Words()(…)` speaks, too."""
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=ast.Name(id="Words")):
            return "words"
    return ""


def _argument(call: ast.Call, place: int | str) -> ast.expr | None:
    if isinstance(place, int):
        return call.args[place] if place < len(call.args) else None
    return next((keyword.value for keyword in call.keywords if keyword.arg == place), None)


def _texts(node: ast.expr | None) -> Iterator[str]:
    """Yield a literal, or both that are chosen between; Google's codes (`NOT_FOUND`) are no sentences."""
    match node:
        case ast.Constant(value=str(text)) if text and not text.isupper():
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _texts(one)
            yield from _texts(other)
