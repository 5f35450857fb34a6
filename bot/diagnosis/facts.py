"""What probes read about the world; a fact that could not be read is no evidence for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

KNOWN: Mapping[str, str] = {
    "service_state": "str, Service Usage GetService on the consumer: ENABLED or DISABLED",
    "billing_enabled": "bool, Cloud Billing GetProjectBillingInfo on the consumer",
    "billing_account_open": "bool, Cloud Billing GetBillingAccount of the linked account",
    "project_state": "str, Resource Manager GetProject: ACTIVE, DELETE_REQUESTED or NOT_FOUND",
    "consumer_is_mine": "bool, a recorded key of the requester belongs to the consumer project",
    "another_key_is": "bool, not the chosen key but another of the requester belongs to the consumer",
    "key_state": "str, API Keys GetKey of the recorded key: ACTIVE or DELETED",
    "key_service_account": "str, the service account the key is bound to; empty for a standard key",
    "key_services": "frozenset[str], API restriction of the key; empty when unrestricted",
    "key_application": "str, application restriction of the key: none, browser, server, android or ios",
    "key_limits": "tuple[str, ...], the websites, addresses or apps of the application restriction",
    "key_changed_seconds": "int, age of the key's last change; restrictions take up to 5 minutes",
    "binding_blocked": "bool, effective policy iam.managed.disableServiceAccountApiKeyCreation",
    "sa_keys_blocked": "bool, effective policy iam.disableServiceAccountKeyCreation",
    "service_restricted": "bool, effective policy gcp.restrictServiceUsage denies the service",
    "models_listed": "bool, GET /v1beta/models was answered 200 with the project's own key",
    "model_listed": "bool, the model of the error is in that list",
    "account_enabled": "bool, IAM GetServiceAccount of the account that the recorded key is bound to",
    "secret_access": "bool, Secret Manager GetIamPolicy: the requester may read the secret of the key",
    "service_is_mine": "bool, the requester's recorded keys are for the service in the error",
    "key_used": "bool, Cloud Monitoring: a recorded key of the requester was used within a day",
}

T = TypeVar("T")


class Unknown(Exception):  # noqa: N818 - it says what it is: a fact nobody could read
    """A fact was asked for that no probe could read."""


class Facts:
    """Facts by name. Asking for one that was not read raises `Unknown`: no opinion, never "fine"."""

    __slots__ = ("_known",)

    def __init__(self, known: Mapping[str, object] | None = None) -> None:
        self._known = dict(known or {})
        if strange := self._known.keys() - KNOWN.keys():
            raise ValueError(f"no such fact: {', '.join(sorted(strange))}")

    def __getitem__(self, name: str) -> object:
        if name not in KNOWN:
            raise KeyError(name)
        try:
            return self._known[name]
        except KeyError:
            raise Unknown(name) from None

    def the(self, name: str, kind: type[T]) -> T:
        """Return the fact as this type; a fact of another type counts as unread."""
        value = self[name]
        if not isinstance(value, kind):
            raise Unknown(name)
        return value
