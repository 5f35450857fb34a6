"""Remember what could not be shown: when to look again, and when to give up."""

from __future__ import annotations

import asyncio
from collections import Counter

# A card that Slack does not take needs a person: one who looks right away, or somebody who needs longer.
PAUSES = (15.0, 60.0, 300.0)
# Something in a record that breaks its rendering breaks it again; a restart tries anew.
MOST_STRIKES = 5


class Setbacks:
    """The memory of one announcer; what it forgets at a restart costs one more try."""

    def __init__(self, pauses: tuple[float, ...] = PAUSES) -> None:
        """`pauses` are in seconds, the last one for ever after."""
        self._pauses = pauses
        self._rests: Counter[str] = Counter()
        self._rest_until: dict[str, float] = {}
        self._strikes: Counter[str] = Counter()

    def rest(self, record_id: str) -> None:
        """Leave a record alone for longer each time, unless it changes."""
        pause = self._pauses[min(self._rests[record_id], len(self._pauses) - 1)]
        self._rests[record_id] += 1
        self._rest_until[record_id] = asyncio.get_running_loop().time() + pause

    def resting(self, record_id: str) -> bool:
        """Tell whether it is too early to look again."""
        return self._rest_until.get(record_id, 0) > asyncio.get_running_loop().time()

    def strike(self, record_id: str) -> bool:
        """Count a failure that nobody understands; True when it was one too many."""
        self._strikes[record_id] += 1
        return self._strikes[record_id] >= MOST_STRIKES

    def forget(self, record_id: str) -> None:
        """Begin anew: it was shown, or given up."""
        self._rest_until.pop(record_id, None)
        self._rests.pop(record_id, None)
        self._strikes.pop(record_id, None)
