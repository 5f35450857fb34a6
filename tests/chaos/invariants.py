"""What must be true of every request, whatever was killed, lost or repeated; each check names what is not."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.domain import names
from bot.domain.audit import Chain
from bot.domain.key_request import FINISHED, State
from bot.google.secret_iam import ROLES, UNTIL
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
        return [*_live_keys_as_written(world, request), *_one_secret(world, request)]
    keys, secrets = live_keys(world, request), _secrets(world, request)
    orphans = [f"key {key.key_id} is an orphan" for key in keys]
    if request.undo_until:
        return orphans + [line for secret in secrets for line in _closed(secret)]
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


def _closed(secret: Any) -> list[str]:
    """A revoked key that can be brought back: no reader, and no version that opens."""
    open_ones = [n for n, version in secret.versions.items() if version.message.state == LIVE_VERSION]
    found = [f"version {n} of a revoked key opens" for n in open_ones]
    return found + (["somebody may read a revoked key"] if list(secret.policy.bindings) else [])


def _live_keys_as_written(world: World, request: KeyRequest) -> list[str]:
    keys = {key.key_id: key for key in live_keys(world, request)}
    uids = {names.key_id(request): request.key_uid}
    uids |= {names.key_id_of(request, old.rotation): old.key_uid for old in request.retiring}
    if set(keys) != set(uids):
        return [f"live keys are {sorted(keys)}, not {sorted(uids)}"]
    found = [
        f"the record names another key than {n}" for n, uid in uids.items() if keys[n].message.uid != uid
    ]
    return found + [f"{key_id} is bound to nobody" for key_id, key in keys.items() if not key.bound]


def _one_secret(world: World, request: KeyRequest) -> list[str]:
    secrets = _secrets(world, request)
    if len(secrets) != 1:
        return [f"{len(secrets)} secrets"]
    secret = secrets[0]
    found = []
    live = {str(n): v for n, v in secret.versions.items() if v.message.state == LIVE_VERSION}
    wanted = {request.secret_version, *(old.secret_version for old in request.retiring)}
    if set(live) != wanted or max(live, key=int, default="") != request.secret_version:
        found.append(f"live versions are {list(live)}, the record says {sorted(wanted)}")
    texts = {key.key_string.encode() for key in live_keys(world, request)}
    if {version.data for version in live.values()} != texts:
        found.append("the secret does not hold the live key")
    bound = sorted((b.role, tuple(b.members)) for b in secret.policy.bindings)
    if bound != sorted((role, (request.requester.member,)) for role in ROLES):
        found.append(f"bindings are {bound}")
    ends = {UNTIL.fullmatch(binding.condition.expression) for binding in secret.policy.bindings}
    if any(end is None or datetime.fromisoformat(end[1]) != _end(request) for end in ends):
        found.append(f"bindings do not end with {request.expires_at}")
    return found


def _end(request: KeyRequest) -> datetime | None:
    """Give the end as Google is told it, in whole seconds."""
    return request.expires_at.replace(microsecond=0) if request.expires_at else None


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
