"""A journal in memory, for steps and runners on their own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.key_request import KeyRequest


class Notebook:
    """Keeps one record and forgets the verbs."""

    def __init__(self, request: KeyRequest) -> None:
        self.request = request

    async def write(self, verb: str, change: Callable[[KeyRequest], KeyRequest]) -> KeyRequest:
        """Apply the change."""
        await asyncio.sleep(0)
        self.request = change(self.request)
        return self.request
