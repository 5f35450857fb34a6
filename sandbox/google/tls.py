"""Make a throw-away certificate authority and a certificate for this machine."""

from __future__ import annotations

import os
import ssl
from functools import cache
from pathlib import Path

import grpc
import trustme


@cache
def _authority() -> tuple[trustme.CA, trustme.LeafCert]:
    """Make one CA per process, or take the one given: gRPC reads its trusted roots once per process.

    `SANDBOX_GOOGLE_CA` names a PEM file (key, then certificate) by which processes share one.
    """
    if given := os.environ.get("SANDBOX_GOOGLE_CA"):
        pem = Path(given).read_bytes()
        authority = trustme.CA.from_pem(pem, pem)
    else:
        authority = trustme.CA(organization_name="gemini-key-bot sandbox")
    return authority, authority.issue_cert("localhost", "127.0.0.1")


class Tls:
    """The CA and one leaf for localhost and 127.0.0.1, as each server wants them."""

    def __init__(self, directory: Path) -> None:
        authority, self._leaf = _authority()
        self.ca_file = directory / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))

    def grpc_credentials(self) -> grpc.ServerCredentials:
        """Return what a gRPC port needs."""
        chain = b"".join(pem.bytes() for pem in self._leaf.cert_chain_pems)
        return grpc.ssl_server_credentials([(self._leaf.private_key_pem.bytes(), chain)])

    def server_context(self) -> ssl.SSLContext:
        """Return what an HTTPS server needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._leaf.configure_cert(context)
        return context

    def client_context(self) -> ssl.SSLContext:
        """Return a context that trusts this CA alone."""
        return ssl.create_default_context(cafile=str(self.ca_file))
