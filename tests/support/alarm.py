"""Give up on what takes for ever: a bound hundreds of times above the usual, not a measure of speed."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

FOR_EVER = 30


@contextmanager
def no_longer_than(seconds: int = FOR_EVER) -> Iterator[None]:
    """Raise `TimeoutError` in the block when it takes longer; patterns being matched are interrupted, too."""

    def ring(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"it took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
