"""Name who calls: a person or a service account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """One identity as IAM writes it."""

    kind: str
    email: str

    @property
    def member(self) -> str:
        """The form of policy bindings: user:ada@acme.test."""
        return f"{self.kind}:{self.email}"


def user(email: str) -> Principal:
    """Name a person."""
    return Principal("user", email)


def service_account(email: str) -> Principal:
    """Name a service account."""
    return Principal("serviceAccount", email)
