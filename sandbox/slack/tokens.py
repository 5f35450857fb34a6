"""Make throw-away credentials for one run."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields


def _digits(count: int = 12) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def bot_token() -> str:
    """Draw the token of one installation."""
    return f"xoxb-{_digits()}-{_digits()}-{secrets.token_urlsafe(18)}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The four secrets that Slack and the app share; random for each run, shaped like Slack's."""

    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str

    @classmethod
    def random(cls) -> Credentials:
        """Draw new ones."""
        return cls(
            bot_token=bot_token(),
            app_token=f"xapp-1-A0GEMINI-{_digits()}-{secrets.token_hex(32)}",
            signing_secret=secrets.token_hex(16),
            verification_token=secrets.token_urlsafe(18),
        )

    def all(self) -> tuple[str, ...]:
        """List every secret string, for redaction."""
        return tuple(getattr(self, field.name) for field in fields(self))
