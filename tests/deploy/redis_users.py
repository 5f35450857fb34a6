"""The users of deploy/redis/users.acl, as tests come in."""

from __future__ import annotations

from redis import Redis

PASSWORDS = {"slack": "of slack", "worker": "of worker", "operator": "of operator"}


def user(port: int, role: str) -> Redis:
    """Connect as a role."""
    return Redis(port=port, username=role, password=PASSWORDS[role], decode_responses=True)


def url(port: int, role: str) -> str:
    """Name the server as a role sees it."""
    return f"redis://{role}:{PASSWORDS[role].replace(' ', '%20')}@127.0.0.1:{port}/0"
