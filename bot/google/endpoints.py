"""Where Google's APIs are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The hosts to call; Google's own unless a setting says otherwise."""

    apikeys: str = "apikeys.googleapis.com"
    secretmanager: str = "secretmanager.googleapis.com"
    iam: str = "iam.googleapis.com"
    serviceusage: str = "serviceusage.googleapis.com"
    cloudresourcemanager: str = "cloudresourcemanager.googleapis.com"
    cloudbilling: str = "cloudbilling.googleapis.com"
    orgpolicy: str = "orgpolicy.googleapis.com"
    monitoring: str = "monitoring.googleapis.com"
    apikeys_rest: str = "https://apikeys.googleapis.com"
    generativelanguage: str = "https://generativelanguage.googleapis.com"
