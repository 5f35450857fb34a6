"""Speak the language of the terminal, chosen as gettext's own programs choose it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bot.languages.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping


def terminal_words(environ: Mapping[str, str] | None = None) -> Words:
    """Read `fr_FR.UTF-8` from the first of LC_ALL, LC_MESSAGES and LANG that is set; C is English."""
    environ = os.environ if environ is None else environ
    named = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return Words(named.partition(".")[0].partition("@")[0])
