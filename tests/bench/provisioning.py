"""Number 2: what the bot adds to Google's calls when it makes a key, in processor time and on the clock."""

from __future__ import annotations

from tests.bench.bare_google import METHODS
from tests.bench.child import child
from tests.bench.rows import Limit, Row
from tests.bench.stage import POLICY, redis_beside
from tests.bench.timing import median, spread

AT_ONCE = 8
WITHIN = 300.0


async def measure(*, quick: bool) -> list[Row]:
    """Make keys in turn by the bot's worker and bare, with a cloud whose changes show at once."""
    rounds = 3 if quick else 12
    async with child("town", "--no-delays") as town, redis_beside() as (url, _):
        environment = {
            **{name: value for name, value in town["environment"].items() if not name.startswith("SLACK_")},
            "REDIS_URL": url,
            "GEMINI_KEY_BOT_POLICY_FILE": str(POLICY),
        }
        arguments = (town["address"], str(rounds), str(AT_ONCE))
        async with child("key_maker", *arguments, environment=environment, within=WITHIN) as took:
            bot, bare, methods = took["bot"], took["bare"], took["methods"]
    ratios = [ours / theirs for ours, theirs in zip(bot["cpu"], bare["cpu"], strict=True)]
    extra = [ours - theirs for ours, theirs in zip(bot["wall"], bare["wall"], strict=True)]
    beside = sorted(set(methods).symmetric_difference(METHODS))
    return [
        Row(
            number="2 processor time per key", unit="ms", measured=median(bot["cpu"]),
            anchor=median(bare["cpu"]), judged=median(ratios), judged_as="x",
            limit=Limit(sense="<=", value=1.5), spread=spread(ratios),
            note=f"{AT_ONCE} at once; {len(methods)} calls, bare {len(METHODS)}; other methods: {beside}",
        ),
        Row(
            number="2 clock time per key", unit="ms", measured=median(bot["wall"]),
            anchor=median(bare["wall"]), judged=median(extra), judged_as="ms more",
            limit=Limit(sense="<=", value=50), spread=spread(extra),
        ),
    ]  # fmt: skip
