"""Promise 5: search every byte that the run left for the text of every key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.demo import haystack, memory
from sandbox.demo.promises import NothingToCheck, check

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Transcript


async def check_key_text(stage: Stage, transcript: Transcript) -> str:
    """Search Redis, its files, the logs, all traffic of Slack, the transcript, every file of the run."""
    keys = [
        key.key_string
        for project in stage.town.cloud.world.projects.values()
        for key in project.keys.values()
    ]
    if not keys:
        raise NothingToCheck("no key was minted")
    tokens = stage.town.slack.credentials.all()
    hay = await gather(stage, transcript)
    check_is_whole(hay, stage.known["first"])
    found = haystack.places(hay, keys)
    check(not found, f"the text of a key is in {', '.join(found)}")
    leaked = haystack.places(hay, tokens)
    check(not leaked, f"one of Slack's tokens is in {', '.join(leaked)}")
    size = sum(len(content) for content in hay.values()) / 1_000_000
    in_redis, files = (sum(name.startswith(kind) for name in hay) for kind in ("Redis key", "file"))
    return (
        f"Searched {size:.1f} MB for the texts of {len(keys)} keys and of Slack's tokens, plain, in hex and "
        f"in base64: {in_redis} Redis keys (the job engine's too), {files} files (append-only file, dump, "
        f"logs), {len(stage.traffic)} exchanges with Slack, this transcript"
    )


async def gather(stage: Stage, transcript: Transcript) -> dict[str, bytes]:
    """Collect all that can be searched, by where it is."""
    hay = await memory.everything(stage.redis.client)
    await stage.redis.client.save()
    hay |= dict(haystack.files(stage.directory))
    hay |= {
        f"Slack exchange {entry['n']}": json.dumps(entry, ensure_ascii=False).encode()
        for entry in stage.traffic
    }
    hay["the transcript"] = json.dumps(transcript.as_json(), ensure_ascii=False).encode()
    return hay


def check_is_whole(hay: dict[str, bytes], request: str) -> None:
    """An empty haystack would always be clean: a known id must be found wherever it was written."""
    places = haystack.places(hay, [request])
    for where in (
        "Redis key",
        "file redis/appendonlydir",
        "file redis/dump.rdb",
        "Slack exchange",
        "the transcript",
    ):
        check(any(place.startswith(where) for place in places), f"{request} should be in {where} and is not")
    check("file bot-1.log" in hay, "there is no log of the bot")
