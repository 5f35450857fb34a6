"""The bot as it is deployed: the image's tree, two roles apart, each a user of its own in Redis."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING

from bot.store import acl
from sandbox.resident import Resident
from tests.deploy.redis_users import url, user
from tests.support.company import APPROVALS, POLICY, SOON, company, has_button, shows

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = (
    '/gemini-key why-403 {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "Generative '
    'Language API has not been used in project 123 before or it is disabled."}}'
)


async def test_the_image_does_its_work_as_two_users_of_redis(
    image_tree: Path, redis_port: int, tmp_path: Path
) -> None:
    """From a tree that nobody writes to, a request becomes a key, and Redis refuses no role what it needs."""
    image = {
        "PYTHONPATH": os.pathsep.join([str(image_tree), sysconfig.get_paths()["purelib"]]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONSAFEPATH": "1",
    }
    assert loaded_from(image).startswith(str(image_tree))
    before = contents(image_tree)
    with user(redis_port, "operator") as operator:
        operator.flushall()
        operator.acl_log_reset()
        async with company(tmp_path, url(redis_port, "operator")) as acme:
            for role in ("worker", "slack"):
                settings = {**acme.town.environment(), **SOON, **image, "REDIS_URL": url(redis_port, role)}
                own = {n: v for n, v in settings.items() if role == "slack" or not n.startswith("SLACK_")}
                bot = Resident(own, data=tmp_path / "nowhere", policy=POLICY, log=acme.log, role=role)
                await acme._stack.enter_async_context(bot)
            ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
            request_id = await acme.ask(ada)
            card = await grace.message(APPROVALS, shows(request_id), "the card")
            await grace.press("approve_request", card)
            channel = await ada.direct_channel()
            await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")
            for typed in ("/gemini-key list", REFUSED, f"/gemini-key show {request_id}"):
                await ada.command(typed)
            assert len(acme.live_keys()) == 1
        refused = [
            (entry["username"], entry["object"], entry["context"])
            for entry in operator.acl_log()
            # The doctor asks how often Redis writes to its disk, and does without the answer.
            if entry["username"] in acl.EXCEPTIONS and entry["object"] != "config|get"
        ]
    assert refused == []
    assert contents(image_tree) == before
    assert not list_of(tmp_path / "nowhere")


def loaded_from(environment: dict[str, str]) -> str:
    """Ask Python where it finds the service."""
    where = [sys.executable, "-c", "import bot; print(bot.__file__)"]
    return subprocess.run(where, env=environment, capture_output=True, check=True, text=True).stdout


def contents(tree: Path) -> dict[str, int]:
    """List every file of a tree with its time of change."""
    return {str(path): path.stat().st_mtime_ns for path in tree.rglob("*")}


def list_of(directory: Path) -> list[str]:
    """List what a process left where it may leave nothing."""
    return [path.name for path in directory.iterdir()] if directory.exists() else []
