"""Where in the source a sentence becomes a button, a title or a choice, and how long it may be there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from handlers.surfaces import blocks
from handlers.surfaces.compare_words import QUESTIONS
from tests.languages.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

# The arguments of our builders of Block Kit that Slack limits tightly, by place or by name.
LIMITS: dict[str, dict[int | str, int]] = {
    "header": {0: blocks.HEADER},
    "button": {1: blocks.BUTTON, "label": blocks.BUTTON},
    "confirm": {
        0: blocks.CONFIRM_TITLE,
        1: blocks.CONFIRM_TEXT,
        2: blocks.CONFIRM_BUTTON,
        3: blocks.CONFIRM_BUTTON,
    },
    "option": {0: blocks.OPTION, 2: blocks.OPTION},
    "modal": {1: blocks.VIEW_TITLE, 2: blocks.VIEW_TITLE, "submit": blocks.VIEW_TITLE},
}


def limited() -> dict[str, int]:
    """Give each sentence that stands in such a place, with the tightest limit it has."""
    found = {text: blocks.OPTION for _, choices in QUESTIONS.values() for text in choices.values()}
    for path in sorted((ROOT / "handlers").rglob("*.py")):
        for sentence, most in _File(ast.parse(path.read_text(encoding="utf-8"))).limited():
            found[sentence] = min(most, found.get(sentence, most))
    return found


class _File:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        # A name stands for whatever the file gives it anywhere, and a function for what it returns.
        self._named: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                        if isinstance(name, ast.Name):
                            self._named.setdefault(name.id, []).append(node.value)
            if isinstance(node, ast.FunctionDef):
                answers = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
                self._named.setdefault(node.name, []).extend(answers)

    def limited(self) -> Iterator[tuple[str, int]]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for argument, most in _limits(node):
                    yield from ((sentence, most) for sentence in self._said(argument))

    def _said(self, node: ast.expr, depth: int = 3) -> Iterator[str]:
        """Yield every literal that a translated argument may say."""
        for part in ast.walk(node):
            match part:
                case ast.Call(func=ast.Name(id="words" | "N_"), args=[ast.Constant(value=str(text)), *_]):
                    yield text
                case ast.Call(func=ast.Attribute(attr="many"), args=[one, many, *_]):
                    yield from (str(form.value) for form in (one, many) if isinstance(form, ast.Constant))
                case ast.Name(id=name) if depth and name != "words":
                    for value in self._named.get(name, ()):
                        yield from self._said(value, depth - 1)


def _limits(call: ast.Call) -> Iterator[tuple[ast.expr, int]]:
    assert isinstance(call.func, ast.Name)
    match call:
        case ast.Call(func=ast.Name(id="plain"), args=[text, ast.Constant(value=int(most))]):
            yield text, most
    for place, most in LIMITS.get(call.func.id, {}).items():
        if isinstance(place, int) and place < len(call.args):
            yield call.args[place], most
        yield from ((keyword.value, most) for keyword in call.keywords if keyword.arg == place)
