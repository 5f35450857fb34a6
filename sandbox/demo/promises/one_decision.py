"""Promise 4: no request was decided twice."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from sandbox.demo import memory
from sandbox.demo.promises import NothingToCheck, check

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Transcript

DECISIONS = frozenset({"approve", "deny", "withdraw", "lapse"})


async def check_one_decision(stage: Stage, transcript: Transcript) -> str:
    """Count the deciding events of each request (the sandbox's policy asks for one approval)."""
    events = [json.loads(entry["event"]) for entry in await memory.audit(stage.redis.client)]
    decided = Counter(event["request"] for event in events if event["verb"] in DECISIONS)
    if not decided:
        raise NothingToCheck("nothing was decided")
    for request, times in decided.items():
        check(times == 1, f"{request} was decided {times} times")
    return f"The audit: {len(decided)} requests were decided, each once"
