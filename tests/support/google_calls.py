"""Every call to Google that the code can make, read from the code."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from sandbox.google.permissions import NEEDS

ROOT = Path(__file__).parents[2]


@cache
def calls_in_code() -> set[str]:
    """Find every `Service/Method` that the gateways name, also where a constant stands for the service."""
    services = {call.partition("/")[0] for call in NEEDS}
    found: set[str] = set()
    for path in (ROOT / "bot" / "google").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name) and isinstance(node.value.value, str)
        }
        for node in ast.walk(tree):
            text = _text(node, constants)
            service, _, method = text.partition("/")
            if service in services | {"GenerativeService", "ModelService"} and method.isalpha():
                found.add(text)
    return found


def _text(node: ast.AST, constants: dict[str, str]) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            _text(part.value, constants) if isinstance(part, ast.FormattedValue) else _text(part, constants)
            for part in node.values
        )
    return constants.get(node.id, "") if isinstance(node, ast.Name) else ""
