"""Files of the team: uploaded to an address of their own, then shared into conversations."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.slack.ids import random_id

if TYPE_CHECKING:
    from collections.abc import Callable

UPLOAD_SECONDS = 30 * 60.0
KINDS = {
    b"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"GIF8": ("gif", "image/gif"),
}


@dataclass(slots=True)
class File:
    """One file; `data` is empty until it was uploaded, `channels` until it was shared."""

    id: str
    name: str
    length: int
    issued: float
    alt_txt: str = ""
    title: str = ""
    data: bytes = field(default=b"", repr=False)
    channels: list[str] = field(default_factory=list)

    @property
    def kind(self) -> tuple[str, str]:
        """Read the file's type from its first bytes, as Slack does: (filetype, mimetype)."""
        found = (kind for start, kind in KINDS.items() if self.data.startswith(start))
        return next(found, ("binary", "application/octet-stream"))

    def as_slack(self) -> dict[str, Any]:
        """Shape the file as it stands on a message; its bytes need a token, so the address is no secret."""
        filetype, mimetype = self.kind
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "filetype": filetype,
            "mimetype": mimetype,
            "size": self.length,
            "alt_txt": self.alt_txt,
            "url_private": f"/page/files/{self.id}",
        }


@dataclass(slots=True)
class Files:
    """Every file, and the addresses at which bytes are still expected."""

    clock: Callable[[], float]
    address: str = ""
    files: dict[str, File] = field(default_factory=dict)
    uploads: dict[str, str] = field(default_factory=dict)

    def announce(self, name: str, length: int, alt_txt: str) -> tuple[File, str]:
        """Expect a file; returns it and the address that takes its bytes once."""
        file = File(random_id("F"), name, length, self.clock(), alt_txt)
        ticket = secrets.token_urlsafe(24)
        self.files[file.id] = file
        self.uploads[ticket] = file.id
        return file, f"{self.address}/upload/v1/{ticket}"

    def receive(self, ticket: str, data: bytes) -> str:
        """Take a file's bytes; returns what is wrong, empty when nothing is."""
        file = self.files.get(self.uploads.get(ticket, ""))
        if file is None or self.clock() - file.issued > UPLOAD_SECONDS:
            return "unknown or used upload address"
        if len(data) != file.length:
            return f"{file.length} bytes were announced, {len(data)} came"
        del self.uploads[ticket]
        file.data = data
        return ""

    def uploaded(self, file_id: str) -> File | None:
        """Find a file whose bytes are here and that was not shared yet."""
        file = self.files.get(file_id)
        return file if file and file.data and not file.channels else None
