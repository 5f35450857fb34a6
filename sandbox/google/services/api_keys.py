"""API Keys v2: mint, restrict, find, soft-delete and restore keys.

Google: key ids are unique in a project, deleted keys stay 30 days, at most 300 keys live in a project.
"""

from __future__ import annotations

import secrets
import string
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from google.cloud.api_keys_v2.types import GetKeyStringResponse, Key, ListKeysResponse, LookupKeyResponse

from sandbox.google import iam
from sandbox.google.denials import permission_denied
from sandbox.google.errors import Refusal, already_exists, invalid_argument, not_found
from sandbox.google.names import new_etag, page
from sandbox.google.operations import API_KEYS, Operations
from sandbox.google.services.key_bindings import check_binding
from sandbox.google.services.key_rules import (
    check_display_name,
    check_key_id,
    check_parent,
    check_restrictions,
)
from sandbox.google.state import ApiKey

if TYPE_CHECKING:
    from sandbox.google.dispatch import Call
    from sandbox.google.state import Project, World

UNDELETE_WINDOW = timedelta(days=30)
MOST_KEYS = 300
MUTABLE = frozenset({"display_name", "restrictions", "annotations"})
SERVICE = "google.api.apikeys.v2.ApiKeys"
LOOKUP = "apikeys.keys.lookup"


class ApiKeys:
    """Serve google.api.apikeys.v2.ApiKeys."""

    SERVICE = SERVICE

    def __init__(self, world: World, operations: Operations) -> None:
        self._world = world
        self._operations = operations

    def create_key(self, call: Call, request: Any) -> Any:
        """Mint a key; with the JSON field serviceAccountEmail beside the message, an auth key bound to it."""
        project = self._project(call)
        check_parent(request.parent)
        check_display_name(request.key.display_name)
        check_restrictions(request.key.restrictions)
        if request.key_id:
            check_key_id(request.key_id)
        if request.key_id in project.keys:
            raise already_exists(f"Key with id {request.key_id} already exists in {project.name}.")
        if sum(not key.deleted for key in project.keys.values()) >= MOST_KEYS:
            raise Refusal(
                "RESOURCE_EXHAUSTED", f"The limit of {MOST_KEYS} API keys for {project.name} is reached."
            )
        email = str(call.beside.get("serviceAccountEmail", ""))
        account_id = check_binding(self._world, call, project, request.key, email) if email else ""

        def mint() -> Any:
            return self._mint(project, request, email, account_id)

        return self._operations.start(call, API_KEYS, project, mint)

    def _mint(self, project: Project, request: Any, email: str, account_id: str) -> Any:
        now, uid = self._world.clock(), str(uuid.uuid4())
        key_id = request.key_id or uid
        message: Any = Key(
            name=f"{project.name}/locations/global/keys/{key_id}",
            uid=uid,
            display_name=request.key.display_name,
            annotations=request.key.annotations,
            create_time=now,
            update_time=now,
            etag=new_etag(),
        )
        if "restrictions" in request.key:
            message.restrictions = request.key.restrictions
        text = auth_key_string() if email else standard_key_string()
        project.keys[key_id] = ApiKey(key_id, message, text, now + self._world.delays.key, email, account_id)
        carries = self._world.switches.operation_carries_key_string
        return _copy(message, key_string=text) if carries else Key(message)

    def get_key(self, call: Call, request: Any) -> Any:
        """Return a key's metadata, deleted or not; never its text."""
        return Key(self._find(call, request.name).message)

    def get_key_string(self, call: Call, request: Any) -> Any:
        """Return the key text."""
        return GetKeyStringResponse(key_string=self._live(call, request.name).key_string)

    def list_keys(self, call: Call, request: Any) -> Any:
        """List a project's keys, the deleted ones on request."""
        check_parent(request.parent)
        keys = sorted(self._project(call).keys.values(), key=lambda key: key.message.create_time)
        shown = [key.message for key in keys if request.show_deleted or not key.deleted]
        chosen, token = page(shown, request.page_size, request.page_token, default=50, most=300)
        return ListKeysResponse(keys=chosen, next_page_token=token)

    def lookup_key(self, call: Call, request: Any) -> Any:
        """Say which project and key a key text belongs to, to those who may know."""
        found = self._world.key(request.key_string)
        if found is None:
            raise not_found("The API key was not found.")
        project, key = found
        self._purge(project)
        if not iam.granted(
            LOOKUP, call.principal, [project.policy], now=call.now, resource_name=project.name
        ):
            raise permission_denied(SERVICE, LOOKUP, f"{project.name}/locations/global")
        name = key.message.name if key.key_id in project.keys else ""
        return LookupKeyResponse(parent=f"{project.name}/locations/global", name=name)

    def update_key(self, call: Call, request: Any) -> Any:
        """Change the masked fields of a key: display_name, restrictions, annotations."""
        key = self._live(call, request.key.name)
        _check_etag(request.key.etag, key)
        paths = set(request.update_mask.paths) or MUTABLE
        if not paths <= MUTABLE:
            raise invalid_argument(f"Fields {sorted(paths - MUTABLE)} cannot be updated.", "update_mask")
        check_display_name(request.key.display_name)
        check_restrictions(request.key.restrictions)

        def change() -> Any:
            for path in paths:
                setattr(key.message, path, getattr(request.key, path))
            return self._touched(key)

        return self._operations.start(call, API_KEYS, self._project(call), change)

    def delete_key(self, call: Call, request: Any) -> Any:
        """Soft-delete a key: it stops working at once and can be restored for 30 days."""
        key = self._live(call, request.name)
        _check_etag(request.etag, key)

        def delete() -> Any:
            key.message.delete_time = self._world.clock()
            return self._touched(key)

        return self._operations.start(call, API_KEYS, self._project(call), delete)

    def undelete_key(self, call: Call, request: Any) -> Any:
        """Restore a soft-deleted key."""
        key = self._find(call, request.name)
        if not key.deleted:
            raise already_exists(f"Key {key.message.name} is not deleted.")

        def restore() -> Any:
            key.message.delete_time = None
            return self._touched(key)

        return self._operations.start(call, API_KEYS, self._project(call), restore)

    def _project(self, call: Call) -> Project:
        project = call.resource.project
        if project is None:
            raise invalid_argument("The request names no project.", "parent")
        self._purge(project)
        return project

    def _purge(self, project: Project) -> None:
        """Forget the keys whose 30 days are over; only then their ids are free again."""
        limit = self._world.clock() - UNDELETE_WINDOW
        gone = [k for k, key in project.keys.items() if key.deleted and key.message.delete_time <= limit]
        for key_id in gone:
            del project.keys[key_id]

    def _find(self, call: Call, name: str) -> ApiKey:
        project = self._project(call)
        check_parent(name.partition("/keys/")[0])
        key = project.keys.get(name.rpartition("/")[2])
        if key is None or not call.resource.name.endswith(f"/keys/{key.key_id}"):
            raise not_found(f"Key {call.resource.name} was not found.")
        return key

    def _live(self, call: Call, name: str) -> ApiKey:
        key = self._find(call, name)
        if key.deleted:
            raise not_found(f"Key {key.message.name} was not found.")
        return key

    def _touched(self, key: ApiKey) -> Any:
        key.message.update_time = self._world.clock()
        key.message.etag = new_etag()
        return Key(key.message)


def auth_key_string() -> str:
    """Make the text of a key bound to a service account: AQ. and 50 URL-safe characters."""
    return "AQ." + secrets.token_urlsafe(38)[:50]


def standard_key_string() -> str:
    """Make the text of a standard key: AIza and 35 characters."""
    letters = string.ascii_letters + string.digits
    return "AI" + "za" + "".join(secrets.choice(letters) for _ in range(35))


def _copy(message: Any, **changes: Any) -> Any:
    return Key(Key.pb(message), **changes)


def _check_etag(etag: str, key: ApiKey) -> None:
    if etag and etag != key.message.etag:
        raise Refusal(
            "ABORTED", "The etag does not match the current state of the key. Read it and try again."
        )
