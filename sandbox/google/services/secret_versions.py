"""Secret Manager v1: the versions of a secret, their payloads and their life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import google_crc32c
from google.cloud.secretmanager_v1.types import (
    AccessSecretVersionResponse,
    ListSecretVersionsResponse,
    SecretPayload,
)
from google.cloud.secretmanager_v1.types import SecretVersion as VersionMessage

from sandbox.google.errors import failed_precondition, invalid_argument
from sandbox.google.names import new_etag, page
from sandbox.google.services.secret_rules import MOST_PAYLOAD_BYTES
from sandbox.google.services.secret_store import check_etag, find_secret, find_version
from sandbox.google.state import SecretVersion

if TYPE_CHECKING:
    from sandbox.google.dispatch import Call
    from sandbox.google.state import World

State = VersionMessage.State


class SecretVersions:
    """The version methods of SecretManagerService."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_secret_version(self, call: Call, request: Any) -> Any:
        """Store a payload as the next version, after checking its CRC32C where one came along."""
        secret, payload = find_secret(call), request.payload
        if not payload.data:
            raise invalid_argument("The payload must not be empty.", "payload.data")
        if len(payload.data) > MOST_PAYLOAD_BYTES:
            raise invalid_argument("The payload must not exceed 64 KiB.", "payload.data")
        checked = "data_crc32c" in payload
        if checked and payload.data_crc32c != google_crc32c.value(payload.data):
            raise invalid_argument("The data_crc32c does not match the payload.", "payload.data_crc32c")
        number = max(secret.versions, default=0) + 1
        message = VersionMessage(
            name=f"{secret.message.name}/versions/{number}",
            create_time=call.now,
            state=State.ENABLED,
            replication_status={"automatic": {}},
            etag=new_etag(),
            client_specified_payload_checksum=checked,
        )
        secret.versions[number] = SecretVersion(message, bytes(payload.data))
        return VersionMessage(message)

    def get_secret_version(self, call: Call, request: Any) -> Any:
        """Return a version's metadata."""
        return VersionMessage(find_version(call).message)

    def list_secret_versions(self, call: Call, request: Any) -> Any:
        """List a secret's versions, newest first; filter: state:ENABLED and its like."""
        versions = find_secret(call).versions
        wanted = request.filter.removeprefix("state:")
        if request.filter and (wanted == request.filter or wanted not in State.__members__):
            raise invalid_argument(f"Filter {request.filter!r} is not supported.", "filter")
        newest_first = [versions[number].message for number in sorted(versions, reverse=True)]
        seen = [message for message in newest_first if wanted in ("", message.state.name)]
        chosen, token = page(seen, request.page_size, request.page_token, default=25, most=25_000)
        return ListSecretVersionsResponse(versions=chosen, next_page_token=token, total_size=len(seen))

    def access_secret_version(self, call: Call, request: Any) -> Any:
        """Return the payload of an enabled version with its CRC32C."""
        version = find_version(call)
        if version.message.state != State.ENABLED:
            raise _wrong_state(version)
        payload = SecretPayload(data=version.data, data_crc32c=google_crc32c.value(version.data))
        return AccessSecretVersionResponse(name=version.message.name, payload=payload)

    def enable_secret_version(self, call: Call, request: Any) -> Any:
        """Make a disabled version readable again."""
        return _move(find_version(call), request.etag, State.ENABLED)

    def disable_secret_version(self, call: Call, request: Any) -> Any:
        """Make a version unreadable for now."""
        return _move(find_version(call), request.etag, State.DISABLED)

    def destroy_secret_version(self, call: Call, request: Any) -> Any:
        """Destroy a payload for good."""
        version = find_version(call)
        moved = _move(version, request.etag, State.DESTROYED)
        version.data = b""
        version.message.destroy_time = moved.destroy_time = call.now
        return moved


def _move(version: SecretVersion, etag: str, state: Any) -> Any:
    if version.message.state == State.DESTROYED:
        raise _wrong_state(version)
    check_etag(etag, version.message)
    version.message.state = state
    version.message.etag = new_etag()
    return VersionMessage(version.message)


def _wrong_state(version: SecretVersion) -> Exception:
    message = version.message
    return failed_precondition(f"Secret Version [{message.name}] is in {message.state.name} state.")
