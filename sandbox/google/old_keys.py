"""Keys from the years before the bot: made by hand, bound to nobody, open to every API."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from google.cloud.api_keys_v2.types import Key

from sandbox.google.admin_changes import change_key
from sandbox.google.names import new_etag
from sandbox.google.services.api_keys import standard_key_string
from sandbox.google.state import ApiKey

if TYPE_CHECKING:
    from sandbox.google.state import World

PROJECT = "acme-ml-dev"


def plant(world: World) -> None:
    """Let the company have two of them: one that a program of Ada's calls, and one that nobody remembers."""
    uid = make(world, PROJECT, "ticket summaries (ada@acme.test)", age=timedelta(days=400))
    change_key(world, uid, {"past_calls": [{"hours_ago": 20, "status": 200, "count": 7}]})
    make(world, PROJECT, "demo for the summer party", age=timedelta(days=200))


def make(world: World, project_id: str, display_name: str, *, age: timedelta = timedelta(0)) -> str:
    """Make one as the console did; returns its uid."""
    project, made = world.projects[project_id], world.clock() - age
    uid = str(uuid.uuid4())
    message = Key(
        name=f"{project.name}/locations/global/keys/{uid}",
        uid=uid,
        display_name=display_name,
        create_time=made,
        update_time=made,
        etag=new_etag(),
    )
    project.keys[uid] = ApiKey(uid, message, standard_key_string(), made)
    return uid
