"""What a deployment gives a role as environment: names that exist, and together enough to start with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from cryptography.fernet import Fernet

from bot import settings
from bot.secret_files import NAMES, SECRETS
from bot.settings import Settings, _known_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

BORROWED = {str(f.validation_alias) for f in Settings.model_fields.values() if f.validation_alias}
# A secret comes from a mounted file, never as a variable.
KNOWN = {*NAMES, *_known_names(), *BORROWED, "GOOGLE_APPLICATION_CREDENTIALS"} - set(SECRETS)
CONTENT = {
    "REDIS_URL_FILE": "redis://redis:6379/0",
    "GEMINI_KEY_BOT_SEALING_KEYS_FILE": Fernet.generate_key().decode(),
}


class Starts(Protocol):
    """Let a role start with an environment; `Misconfigured` when it would not."""

    def __call__(self, role: settings.Role, environment: Mapping[str, str]) -> Settings:
        """Return what it would run with."""


def starting(monkeypatch: pytest.MonkeyPatch, directory: Path) -> Starts:
    """Put files where the environment names some, and nothing of the machine's own settings beside it."""

    def start(role: settings.Role, environment: Mapping[str, str]) -> Settings:
        for name in {*KNOWN, *SECRETS} & set(os.environ):
            monkeypatch.delenv(name)
        for name, value in environment.items():
            if name in NAMES:
                (directory / name).write_text(CONTENT.get(name, "x"))
            monkeypatch.setenv(name, str(directory / name) if name in NAMES else value)
        known = settings.load()
        known.check_role(role)
        return known

    return start
