"""API Keys v2. A key's text is handed on, never kept, and no operation that may hold one is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.domain import names
from bot.domain.restriction import ANYWHERE, Restriction
from bot.errors import GoogleError
from bot.google.operations import Operation, finished, settled
from bot.google.rest_call import RestCall
from bot.provisioning.steps.key_owner import KeyFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.google.calls import Calls

CREATE = "ApiKeys/CreateKey"
DELETE, UNDELETE = "ApiKeys/DeleteKey", "ApiKeys/UndeleteKey"


@dataclass(frozen=True, slots=True)
class Keys:
    """Create, read and delete API keys; creation by REST, as only REST knows `serviceAccountEmail`."""

    calls: Calls

    async def create(
        self,
        project_id: str,
        key_id: str,
        *,
        display_name: str,
        service_account: str,
        service: str,
        annotations: Mapping[str, str],
        restriction: Restriction = ANYWHERE,
    ) -> str:
        """Start to create a key bound to an account; returns the operation's name.

        A create whose answer was lost is made again and then refused as ALREADY_EXISTS.
        """
        base = f"{self.calls.clients.endpoints.apikeys_rest}/v2/{_parent(quote(project_id, safe=''))}"
        body = {
            "displayName": display_name,
            **({"serviceAccountEmail": service_account} if service_account else {}),
            "restrictions": {"apiTargets": [{"service": service}], **_clients(restriction)},
            "annotations": dict(annotations),
        }
        order = RestCall(CREATE, "POST", f"{base}/keys?keyId={quote(key_id, safe='')}", body)
        patience = self.calls.patience
        answer = await settled(
            lambda: self.calls.rest(order, write=True), _account_unseen, patience.visibility, patience
        )
        return str(answer["name"])

    async def wait(self, operation: str) -> str | None:
        """Wait for a create operation; returns the key's text, None if Google does not show it."""
        try:
            done = await finished(CREATE, operation, self._read, self.calls.patience, at_once=True)
        except GoogleError as error:
            raise (error.for_now() if _account_unseen(error) else error) from None
        return str(done.response.get("keyString", "")) or None

    async def text(self, project_id: str, key_id: str) -> str | None:
        """Read a key's text, None where the bot may not."""
        try:
            answer = await self.calls.grpc("ApiKeys/GetKeyString", {"name": _name(project_id, key_id)})
        except GoogleError as error:
            if error.status == "PERMISSION_DENIED":
                return None
            raise
        return str(answer.key_string)

    async def get(self, project_id: str, key_id: str) -> KeyFacts | None:
        """Read a key, also a deleted one; None when there is none."""
        try:
            return _facts(await self.calls.grpc("ApiKeys/GetKey", {"name": _name(project_id, key_id)}))
        except GoogleError as error:
            if error.status == "NOT_FOUND":
                return None
            raise

    async def list(self, project_id: str) -> dict[str, KeyFacts]:
        """Read all keys of a project by key id, the deleted ones too."""
        request = {"parent": _parent(project_id), "page_size": 300, "show_deleted": True}
        return {
            key.name.rpartition("/")[2]: _facts(key)
            async for page in self.calls.pages("ApiKeys/ListKeys", request)
            for key in page.keys
        }

    async def lookup(self, text: str) -> str | None:
        """Find a key's full name by its text (by gRPC: REST would put it into the URL), None when unknown."""
        try:
            answer = await self.calls.grpc("ApiKeys/LookupKey", {"key_string": text})
        except GoogleError as error:
            if error.status == "NOT_FOUND":
                return None
            raise
        return str(answer.name) or None

    async def delete_ours(self, project_id: str, key_id: str, owner: str) -> None:
        """Delete a key as `delete` does, unless it is another's; its turn is taken before it is read."""
        await self.calls.turnstile.ahead(DELETE)
        facts = await self.get(project_id, key_id)
        if facts and not facts.deleted and names.owner_in(dict(facts.annotations)) == owner:
            await self.delete(project_id, key_id, etag=facts.etag)

    async def delete(self, project_id: str, key_id: str, *, etag: str = "") -> None:
        """Delete a key (Google: soft, 30 days) and wait for it; none there counts as done.

        With an etag it is ABORTED when the key is no longer as it was read: whoever calls reads again.
        """
        request = {"name": _name(project_id, key_id), "etag": etag}
        try:
            operation = await self.calls.grpc(DELETE, request, write=True, retry_aborted=not etag)
        except GoogleError as error:
            if error.status == "NOT_FOUND" or (error.permanent and await self._gone(project_id, key_id)):
                return
            raise
        await self._finished(DELETE, operation)

    async def undelete(self, project_id: str, key_id: str) -> None:
        """Bring a key back that was deleted less than 30 days ago; one that lives counts as done."""
        try:
            operation = await self.calls.grpc(UNDELETE, {"name": _name(project_id, key_id)}, write=True)
            await self._finished(UNDELETE, operation)
        except GoogleError as error:
            if not error.permanent or await self._gone(project_id, key_id):
                raise

    async def _finished(self, call: str, operation: Any) -> None:
        if not operation.done:
            read = partial(self.calls.operation_once, "ApiKeys")
            await finished(call, operation.name, read, self.calls.patience)

    async def _gone(self, project_id: str, key_id: str) -> bool:
        """Tell whether a refused delete was the second one: the first one's answer may have been lost."""
        facts = await self.get(project_id, key_id)
        return facts is None or facts.deleted

    async def _read(self, name: str) -> Operation:
        url = f"{self.calls.clients.endpoints.apikeys_rest}/v2/{quote(name)}"
        body = await self.calls.rest_once(RestCall("ApiKeys/GetOperation", "GET", url))
        return Operation(name, done=bool(body.get("done")), response=body.get("response", {}))


def _parent(project_id: str) -> str:
    return f"projects/{project_id}/locations/global"


def _name(project_id: str, key_id: str) -> str:
    return f"{_parent(project_id)}/keys/{key_id}"


def _facts(key: Any) -> KeyFacts:
    return KeyFacts(
        uid=key.uid, annotations=dict(key.annotations), deleted=bool(key.delete_time), etag=key.etag
    )


def _clients(restriction: Restriction) -> dict[str, dict[str, list[str]]]:
    """Say from where a key may be used, as REST's JSON does."""
    if restriction.ips:
        return {"serverKeyRestrictions": {"allowedIps": list(restriction.ips)}}
    if restriction.referrers:
        return {"browserKeyRestrictions": {"allowedReferrers": list(restriction.referrers)}}
    return {}


def _account_unseen(error: GoogleError) -> bool:
    """Tell whether API Keys has not heard of a new service account yet."""
    said = error.message.lower()
    return (
        error.status in {"NOT_FOUND", "INVALID_ARGUMENT", "FAILED_PRECONDITION"}
        and ("service account" in said or "serviceaccount" in said)
        and ("does not exist" in said or "not found" in said)
    )
