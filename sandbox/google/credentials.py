"""Give the bot's service account a key pair and write the JSON file that google-auth reads."""

from __future__ import annotations

import json
import secrets
from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.google.authn import UNIVERSE

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.google.state import ServiceAccount


@cache
def _key_pair() -> tuple[str, rsa.RSAPrivateKey]:
    """Make one key and its id per process: it costs 0.1 s, and clouds of one process share the bot."""
    return secrets.token_hex(20), rsa.generate_private_key(public_exponent=65537, key_size=2048)


def write_key_file(account: ServiceAccount, path: Path, token_uri: str) -> None:
    """Give the account a key and store its private half, readable by the owner alone."""
    key_id, private_key = _key_pair()
    account.public_keys[key_id] = (
        private_key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    document = {
        "type": "service_account",
        "project_id": account.message.project_id,
        "private_key_id": key_id,
        "private_key": pem.decode(),
        "client_email": account.message.email,
        "client_id": account.message.unique_id,
        "token_uri": token_uri,
        "universe_domain": UNIVERSE,
    }
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(document, indent=1))
