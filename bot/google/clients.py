"""The one connection to Google, opened by the first call."""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.google.endpoints import Endpoints
    from bot.google.wire import Wire


class Clients:
    """Open the wire once, in the loop that runs; a failed attempt is not remembered."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self._wire: Wire | None = None
        self._opening = asyncio.Lock()

    async def wire(self) -> Wire:
        """Return the open wire; raises `GoogleError` UNAUTHENTICATED without usable credentials."""
        if self._wire is None:
            async with self._opening:
                if self._wire is None:
                    module = await asyncio.to_thread(importlib.import_module, "bot.google.wire")
                    self._wire = await module.open_wire(self.endpoints)
        return self._wire

    async def close(self) -> None:
        """Close every channel and the HTTP session; nothing open counts as closed."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()
