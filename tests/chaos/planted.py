"""Keys that live already: record, key and secret as a whole life leaves them, without living it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from google.cloud.api_keys_v2.types import Key
from google.cloud.secretmanager_v1.types import Secret as SecretMessage
from google.cloud.secretmanager_v1.types import SecretVersion as VersionMessage

from bot.domain import deciding, granting, names
from bot.domain.audit import Event
from bot.domain.key_request import KeyRequest
from bot.provisioning.plan import STEP_NAMES
from sandbox.google.names import new_etag
from sandbox.google.services.api_keys import auth_key_string
from sandbox.google.state import ApiKey, Secret, SecretVersion
from tests.bench.requests import spelt
from tests.chaos.lane import ADA_P, GRACE_P

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.google.state import Project, World
    from tests.chaos.lane import Lane

MONTH = timedelta(days=30)


async def live(lane: Lane, number: int, project_id: str, expires_at: datetime) -> KeyRequest:
    """Have Ada hold a key that ends at a time of our choice."""
    began, requests = expires_at - MONTH, lane.service.requests
    asked = KeyRequest(
        id=spelt(number),
        requester=ADA_P,
        project_id=project_id,
        environment="dev",
        purpose="to end with many others",
        lifetime=MONTH,
        requested_at=began,
        lapses_at=began + timedelta(hours=8),
    )
    await requests.add(asked, Event(at=began, by=ADA_P.user_id, verb="request"), once="")
    yes = Event(at=began, by=GRACE_P.user_id, verb="approve")
    request = await requests.edit(
        asked.team_id, asked.id, partial(deciding.approve, by=GRACE_P, at=began), yes
    )
    uid = plant(lane.town.cloud.world, request)

    def activate(approved: KeyRequest) -> KeyRequest:
        made = granting.activate(granting.take_up(approved, began), began)
        return replace(made, done=STEP_NAMES, key_uid=uid, secret_version="1")

    return await requests.edit(asked.team_id, asked.id, activate, Event(at=began, by="bot", verb="activate"))


def plant(world: World, request: KeyRequest) -> str:
    """Put the key and its secret into the project at Google; returns the key's uid."""
    project, notes, text = (
        world.projects[request.project_id],
        names.annotations_for(request),
        auth_key_string(),
    )
    key_id, uid = names.key_id(request), str(uuid.uuid4())
    message = Key(
        name=f"{project.name}/locations/global/keys/{key_id}",
        uid=uid,
        annotations=notes,
        create_time=world.clock(),
        update_time=world.clock(),
        etag=new_etag(),
    )
    project.keys[key_id] = ApiKey(key_id, message, text, world.clock(), names.account_email(request))
    _plant_secret(project, names.secret_id(request), notes, text)
    return uid


def _plant_secret(project: Project, secret_id: str, notes: dict[str, str], text: str) -> None:
    name = f"{project.name}/secrets/{secret_id}"
    version = VersionMessage(name=f"{name}/versions/1", state=VersionMessage.State.ENABLED, etag=new_etag())
    secret = Secret(secret_id, SecretMessage(name=name, annotations=notes, etag=new_etag()))
    secret.versions[1] = SecretVersion(version, text.encode())
    project.secrets[secret_id] = secret
