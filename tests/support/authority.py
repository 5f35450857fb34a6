"""One certificate authority for all sandboxes of a run: gRPC reads its trusted roots once per process."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    import pytest

SHARED_CA = "SANDBOX_GOOGLE_CA"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Make the CA before any test starts a sandbox; the conftest of folders that call Google has this."""
    if SHARED_CA in os.environ:
        return
    directory = tempfile.TemporaryDirectory(prefix="tests-ca-")
    session.config.add_cleanup(directory.cleanup)
    session.config.add_cleanup(lambda: os.environ.pop(SHARED_CA, None) and None)
    authority, file = trustme.CA(), Path(directory.name) / "authority.pem"
    file.write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    os.environ[SHARED_CA] = str(file)
