"""What must be true of every request, whatever was killed, lost or repeated; each check names what is not."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from bot.domain import names
from bot.domain.audit import Chain
from bot.domain.key_request import FINISHED, State
from bot.google.secret_iam import ROLES
from bot.store.audit import Audit
from sandbox.people import TEAM_ID
from tests.chaos.waiting import eventually
from tests.support.leaks import leaks

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.wiring import Service
    from sandbox.google.state import World
    from tests.chaos.lane import Lane

LIVE_VERSION = 1  # Secret Manager: SecretVersion.State.ENABLED
WAYS = {
    State.ACTIVE: {"request", "approve", "take-up", "key-stored", "activate"},
    State.EXPIRED: {"request", "approve", "activate", "expire", "end"},
    State.REVOKED: {"request", "approve", "activate", "end"},
    State.FAILED: {"request", "approve", "abandon", "fail"},
    State.DENIED: {"request", "deny"},
    State.WITHDRAWN: {"request", "withdraw"},
    State.LAPSED: {"request", "lapse"},
}


def google(world: World, request: KeyRequest) -> list[str]:
    """Hold what stands at Google against the record: all of it while active, nothing at all after."""
    if request.state is State.ACTIVE:
        return [*_one_live_key(world, request), *_one_secret(world, request)]
    keys, secrets = live_keys(world, request), _secrets(world, request)
    orphans = [f"key {key.key_id} is an orphan" for key in keys]
    return orphans + [f"secret {secret.secret_id} is an orphan" for secret in secrets]


def live_keys(world: World, request: KeyRequest) -> list[Any]:
    """Find the request's keys that were not deleted, in any project."""
    return [
        key
        for project in world.projects.values()
        for key in project.keys.values()
        if not key.deleted and names.owner_in(dict(key.message.annotations)) == names.owner(request)
    ]


def _secrets(world: World, request: KeyRequest) -> list[Any]:
    return [
        secret
        for project in world.projects.values()
        for secret in project.secrets.values()
        if names.owner_in(dict(secret.message.annotations)) == names.owner(request)
    ]


def _one_live_key(world: World, request: KeyRequest) -> list[str]:
    keys = live_keys(world, request)
    if [key.key_id for key in keys] != [names.key_id(request)]:
        return [f"live keys are {[key.key_id for key in keys]}, not {names.key_id(request)} alone"]
    found = []
    if keys[0].message.uid != request.key_uid:
        found.append("the record names another key")
    if not keys[0].bound:
        found.append("the key is bound to nobody")
    return found


def _one_secret(world: World, request: KeyRequest) -> list[str]:
    secrets = _secrets(world, request)
    if len(secrets) != 1:
        return [f"{len(secrets)} secrets"]
    secret = secrets[0]
    found = []
    live = {str(n): v for n, v in secret.versions.items() if v.message.state == LIVE_VERSION}
    if list(live) != [request.secret_version]:
        found.append(f"live versions are {list(live)}, the record says {request.secret_version}")
    texts = {key.key_string.encode() for key in live_keys(world, request)}
    if {version.data for version in live.values()} != texts:
        found.append("the secret does not hold the live key")
    bound = sorted((b.role, tuple(b.members)) for b in secret.policy.bindings)
    if bound != sorted((role, (request.requester.member,)) for role in ROLES):
        found.append(f"bindings are {bound}")
    return found


def accounts(world: World, project: str) -> list[str]:
    """One service account a workspace and project, never a second one."""
    found = [a for a in world.projects[project].service_accounts if names.ACCOUNT_PREFIX in str(a)]
    return [f"service accounts {found}"] if len(found) > 1 else []


async def audited(service: Service, requests: list[KeyRequest]) -> list[str]:
    """Follow the chain to its end, and find every way that was gone in it, without a gap."""
    audit, chain, found = Audit(service.redis), Chain(), []
    events: dict[str, list[dict[str, Any]]] = defaultdict(list)
    async for entry in audit.entries(TEAM_ID):
        found += chain.faults(entry)
        chain = chain.after(entry)
        event = json.loads(entry.event)
        events[event["request"]].append(event)
    found += chain.end_faults(await audit.head(TEAM_ID))
    for request in requests:
        told = events[request.id]
        versions = [event["version"] for event in told]
        if versions != list(range(1, len(versions) + 1)):
            found.append(f"{request.id}: versions in the audit are {versions}")
        missing = WAYS.get(request.state, set()) - {event["verb"] for event in told}
        if missing:
            found.append(f"{request.id} is {request.state}, but the audit lacks {sorted(missing)}")
    return found


async def listed(service: Service) -> list[str]:
    """Every key in Redis is listed and lives as long as is listed."""
    return await leaks(service.redis)  # type: ignore[arg-type]


async def told(lane: Lane, requests: list[KeyRequest], within: float = 60) -> list[str]:
    """Wait until every requester has been told how it ended, and say who was not."""
    await eventually(lambda: not _untold(lane, requests), within, every=0.2)
    return _untold(lane, requests)


SAYS = {
    State.ACTIVE: "is ready",
    State.EXPIRED: "has expired and is deleted",
    State.REVOKED: "was revoked",
    State.FAILED: "could not be made",
    State.DENIED: "denied",
    State.LAPSED: "Nobody decided",
    State.WITHDRAWN: "You withdrew",
}


def _untold(lane: Lane, requests: list[KeyRequest]) -> list[str]:
    workspace = lane.town.slack.team.workspace
    found = []
    for request in requests:
        if request.state not in SAYS:
            found.append(f"{request.id} is still {request.state}")
            continue
        said = SAYS[request.state]
        here = [m for m in workspace.direct_message(request.requester.user_id).messages if _about(m, request)]
        if not any(said in m.text for m in here):
            found.append(f"{request.id} is {request.state}, but nobody was told that it {said}")
        cards = [m for m in workspace.channels["C0APPROVALS"].messages if _about(m, request)]
        if request.state in FINISHED and any("approve_request" in json.dumps(m.blocks) for m in cards):
            found.append(f"{request.id} is {request.state}, but its card still asks")
    return found


def _about(message: Any, request: KeyRequest) -> bool:
    return request.id in message.text or request.id in json.dumps(message.blocks)
