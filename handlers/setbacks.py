"""Remember what could not be shown: when to look again, and when to give up."""

from __future__ import annotations

import asyncio
from collections import Counter

# A card that Slack does not take needs a person, who needs minutes.
LONG_PAUSE = 300.0
# Something in a record that breaks its rendering breaks it again; a restart tries anew.
MOST_STRIKES = 5


class Setbacks:
    """The memory of one announcer; what it forgets at a restart costs one more try."""

    def __init__(self, long_pause: float = LONG_PAUSE) -> None:
        """`long_pause` is in seconds."""
        self._long_pause = long_pause
        self._rest_until: dict[str, float] = {}
        self._strikes: Counter[str] = Counter()

    def rest(self, record_id: str) -> None:
        """Leave a record alone for a long while, unless it changes."""
        self._rest_until[record_id] = asyncio.get_running_loop().time() + self._long_pause

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
        self._strikes.pop(record_id, None)
