"""Compute the contrast of the page's colours in both themes (WCAG 2.2, level AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sandbox

TOKENS = (Path(sandbox.__file__).parent / "page" / "css" / "tokens.css").read_text()
TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    *[
        ("ink", ground, TEXT)
        for ground in ("ground", "raised", "sunken", "hover", "accent-soft", "warning-soft")
    ],
    *[("quiet", ground, TEXT) for ground in ("ground", "raised", "sunken", "hover", "accent-soft")],
    *[("accent", ground, TEXT) for ground in ("ground", "raised", "sunken", "hover", "accent-soft")],
    *[("danger", ground, TEXT) for ground in ("ground", "raised", "danger-soft", "hover")],
    *[("success", ground, TEXT) for ground in ("ground", "sunken", "hover", "accent-soft")],
    ("mention", "accent-soft", TEXT),
    ("code", "sunken", TEXT),
    ("warning", "warning-soft", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-hover", TEXT),
    ("on-danger", "danger-fill", TEXT),
    ("on-badge", "badge", TEXT),
    ("on-rail", "rail", TEXT),
    ("on-rail", "side", TEXT),
    ("on-rail", "side-hover", TEXT),
    ("rail-quiet", "rail", TEXT),
    ("rail-quiet", "side", TEXT),
    ("rail-quiet", "side-hover", TEXT),
    ("on-side-current", "side-current", TEXT),
    ("field-line", "ground", SHAPE),
    ("field-line", "raised", SHAPE),
    ("accent", "ground", SHAPE),
]


def colour(name: str, theme: str) -> str:
    """Read one colour of the table."""
    found = re.search(rf"--{name}: (?:light-dark\((#\w{{6}}), (#\w{{6}})\)|(#\w{{6}}));", TOKENS)
    assert found is not None, name
    light, dark, both = found.groups()
    return both or (light if theme == "light" else dark)


def luminance(colour: str) -> float:
    """Compute the relative luminance of a #rrggbb colour."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_words_and_fields_can_be_seen(front: str, back: str, least: float, theme: str) -> None:
    """Text reaches 4.5 to 1 and the edge of a field 3 to 1 on every ground it stands on."""
    lighter, darker = sorted((luminance(colour(front, theme)), luminance(colour(back, theme))), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= least
