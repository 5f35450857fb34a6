"""API Keys v2, for keys that exist: look at them closely, correct restrictions and annotations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.diagnosis.probes import KeyState
from bot.domain import names
from bot.domain.restriction import ANYWHERE, Restriction
from bot.errors import GoogleError
from bot.google.operations import finished
from bot.google.rest_call import RestCall
from bot.provisioning.steps.key_owner import check_free

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.google.calls import Calls

UPDATE = "ApiKeys/UpdateKey"
# JSON's client restriction → our word for it, and the field that lists what is allowed.
APPLICATIONS = {
    "browserKeyRestrictions": ("browser", "allowedReferrers"),
    "serverKeyRestrictions": ("server", "allowedIps"),
    "androidKeyRestrictions": ("android", "allowedApplications"),
    "iosKeyRestrictions": ("ios", "allowedBundleIds"),
}
EPOCH = "1970-01-01T00:00:00Z"
NO_KEY = KeyState(
    deleted=True,
    service_account="",
    services=frozenset(),
    application="none",
    limits=(),
    changed_at=datetime.fromisoformat(EPOCH),
)


@dataclass(frozen=True, slots=True)
class KeyCare:
    """Read and mend keys; reading by REST, as only REST knows `serviceAccountEmail`."""

    calls: Calls

    async def describe(self, project_id: str, key_id: str) -> KeyState:
        """Read a key without its text; one that is gone for good is deleted too."""
        base = self.calls.clients.endpoints.apikeys_rest
        url = (
            f"{base}/v2/projects/{quote(project_id, safe='')}/locations/global/keys/{quote(key_id, safe='')}"
        )
        try:
            return _state(await self.calls.rest(RestCall("ApiKeys/GetKey", "GET", url)))
        except GoogleError as error:
            if error.status != "NOT_FOUND":
                raise
            return NO_KEY

    async def restrict(
        self, project_id: str, key_id: str, service: str, restriction: Restriction = ANYWHERE
    ) -> None:
        """Let a key call one service, from where it may be used (Google: takes up to 5 minutes)."""
        limits: dict[str, Any] = {"api_targets": [{"service": service}]}
        if restriction.ips:
            limits["server_key_restrictions"] = {"allowed_ips": list(restriction.ips)}
        elif restriction.referrers:
            limits["browser_key_restrictions"] = {"allowed_referrers": list(restriction.referrers)}
        key = {"name": _name(project_id, key_id), "restrictions": limits}
        await self._operate(UPDATE, {"key": key, "update_mask": {"paths": ["restrictions"]}})

    async def narrow(self, project_id: str, key_id: str, service: str) -> None:
        """Let a key of nobody here call one service alone; from where it may be used stays as it is."""
        name = _name(project_id, key_id)
        found = await self.calls.grpc("ApiKeys/GetKey", {"name": name})
        check_free(found.annotations, "", key=key_id, project=project_id)
        limits = found.restrictions
        limits.api_targets = [{"service": service}]
        key = {"name": name, "restrictions": limits, "etag": found.etag}
        await self._operate(UPDATE, {"key": key, "update_mask": {"paths": ["restrictions"]}})

    async def annotate(
        self, project_id: str, key_id: str, annotations: Mapping[str, str], *, owner: str
    ) -> None:
        """Write these instead of all that we wrote on a key of this owner, or of none; the rest stays.

        Raises `Conflict` when it is another's, seen in the very read that the change is made against.

        Google replaces annotations as a whole, so a stale etag ends the attempt: whoever calls reads again.
        """
        name = _name(project_id, key_id)
        found = await self.calls.grpc("ApiKeys/GetKey", {"name": name})
        check_free(found.annotations, owner, key=key_id, project=project_id)
        others = {word: said for word, said in dict(found.annotations).items() if not names.ours(word)}
        key = {"name": name, "annotations": {**others, **annotations}, "etag": found.etag}
        await self._operate(UPDATE, {"key": key, "update_mask": {"paths": ["annotations"]}})

    async def _operate(self, call: str, request: dict[str, Any]) -> None:
        operation = await self.calls.grpc(call, request, write=True, retry_aborted=False)
        if not operation.done:
            read = partial(self.calls.operation_once, "ApiKeys")
            await finished(call, operation.name, read, self.calls.patience)


def _name(project_id: str, key_id: str) -> str:
    return f"projects/{project_id}/locations/global/keys/{key_id}"


def _state(body: dict[str, Any]) -> KeyState:
    limits = body.get("restrictions") or {}
    services = frozenset(target["service"] for target in limits.get("apiTargets", []))
    application, listed = _application(limits)
    return KeyState(
        deleted=bool(body.get("deleteTime")),
        service_account=str(body.get("serviceAccountEmail", "")),
        services=services,
        application=application,
        limits=listed,
        changed_at=datetime.fromisoformat(body.get("updateTime") or body.get("createTime") or EPOCH),
    )


def _application(limits: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    for field, (word, list_) in APPLICATIONS.items():
        if field in limits:
            listed = limits[field].get(list_, [])
            return word, tuple(
                item if isinstance(item, str) else str(item.get("packageName", "")) for item in listed
            )
    return "none", ()
