"""Read Compose files as Compose puts them on each other: maps merged, lists joined, but for a tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from tests.deploy.dockerfile import ROOT

RESET = object()


@dataclass(frozen=True)
class _Override:
    value: Any


class _Loader(yaml.SafeLoader):
    pass


_Loader.add_constructor("!reset", lambda _, __: RESET)
_Loader.add_constructor(
    "!override", lambda loader, node: _Override(loader.construct_sequence(node, deep=True))
)


def compose(*names: str) -> dict[str, Any]:
    """Put files on each other, the last on top."""
    found: Any = {}
    for name in names:
        found = _merged(found, yaml.load((ROOT / name).read_text(), _Loader))
    return dict(found)


def _merged(below: Any, above: Any) -> Any:
    if isinstance(above, _Override):
        return above.value
    if isinstance(above, dict):
        below = below or {}
        both = {**below, **{name: _merged(below.get(name), value) for name, value in above.items()}}
        return {name: value for name, value in both.items() if value is not RESET}
    if isinstance(above, list):
        return [*(below or []), *above]
    return above
