"""Secrets that are mounted as files: `SLACK_BOT_TOKEN_FILE` names the file that holds `SLACK_BOT_TOKEN`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

SUFFIX: Final = "_FILE"
SECRETS: Final = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_SECRET",
    "REDIS_URL",
    "GEMINI_KEY_BOT_SEALING_KEYS",
)
NAMES: Final = tuple(name + SUFFIX for name in SECRETS)


def read(environ: Mapping[str, str]) -> dict[str, str]:
    """Read every secret that a file holds, by its setting's name; the last line break is no part of it."""
    return {name: _content(name, environ) for name in SECRETS if environ.get(name + SUFFIX)}


def _content(name: str, environ: Mapping[str, str]) -> str:
    setting = name + SUFFIX
    if environ.get(name):
        raise Misconfigured("Both {name} and {setting} are set: unset one.", name=name, setting=setting)
    try:
        content = Path(environ[setting]).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(
            "{setting} names a file that can't be read: {kind}.", setting=setting, kind=type(error).__name__
        ) from None
    if not content:
        raise Misconfigured("{setting} names a file that is empty.", setting=setting)
    return content
