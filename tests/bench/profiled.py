"""The bot's command line under cProfile; what was measured since the last SIGUSR1 is written at the end."""

from __future__ import annotations

import cProfile
import os
import signal
import sys
import time

from bot.cli.main import main

STATS = "GEMINI_KEY_BENCH_STATS"

if __name__ == "__main__":
    path, profile = os.environ.pop(STATS), cProfile.Profile(time.process_time)

    def begin(*_: object) -> None:
        """Forget the start, which is another number."""
        profile.clear()
        profile.enable()

    signal.signal(signal.SIGUSR1, begin)
    sys.argv = ["gemini-key-bot", *sys.argv[1:]]
    try:
        main()
    finally:
        profile.disable()
        profile.dump_stats(path)
