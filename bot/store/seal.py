"""Seal what Redis must not know: who reads Redis alone cannot open it, nor pass it off for another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import Misconfigured, NotFound

if TYPE_CHECKING:
    from datetime import timedelta


class Seal:
    """The first key seals, every key opens: to rotate, put a new one in front, and later take the last."""

    def __init__(self, keys: str) -> None:
        """Read keys with commas or line breaks between; `Misconfigured` when one is none or none is there."""
        written = keys.replace(",", "\n").split()
        try:
            self._fernets = [Fernet(key) for key in written]
        except ValueError:
            raise Misconfigured(
                "GEMINI_KEY_BOT_SEALING_KEYS has a key that is none: a key is 32 random bytes in base64url."
            ) from None
        if not written:
            raise Misconfigured("GEMINI_KEY_BOT_SEALING_KEYS is empty.")
        self._all = MultiFernet(self._fernets)

    def close(self, text: str, meant_for: str) -> str:
        """Seal a text, together with what it is meant for."""
        return self._all.encrypt(f"{meant_for}\n{text}".encode()).decode()

    def open(self, sealed: str, meant_for: str, longest: timedelta | None = None) -> str:
        """Read a sealed text; `NotFound` when no key opens it, it is too old, or meant for something else."""
        ttl = int(longest.total_seconds()) if longest else None
        try:
            purpose, _, text = self._all.decrypt(sealed.encode(), ttl=ttl).decode().partition("\n")
        except InvalidToken:
            purpose, text = "", ""
        if not purpose or purpose != meant_for:
            raise NotFound("What was sealed for {what} can't be opened with these keys.", what=meant_for)
        return text

    def is_fresh(self, sealed: str) -> bool:
        """Tell whether it was sealed with the first key."""
        try:
            self._fernets[0].decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True
