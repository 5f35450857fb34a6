"""List the services that projects of this cloud can enable."""

from __future__ import annotations

GEMINI = "generativelanguage.googleapis.com"

TITLES = {
    GEMINI: "Generative Language API",
    "aiplatform.googleapis.com": "Vertex AI API",
    "apikeys.googleapis.com": "API Keys API",
    "cloudaicompanion.googleapis.com": "Gemini for Google Cloud API",
    "cloudbilling.googleapis.com": "Cloud Billing API",
    "cloudresourcemanager.googleapis.com": "Cloud Resource Manager API",
    "compute.googleapis.com": "Compute Engine API",
    "iam.googleapis.com": "Identity and Access Management (IAM) API",
    "monitoring.googleapis.com": "Cloud Monitoring API",
    "orgpolicy.googleapis.com": "Organization Policy API",
    "secretmanager.googleapis.com": "Secret Manager API",
    "serviceusage.googleapis.com": "Service Usage API",
    "translate.googleapis.com": "Cloud Translation API",
}
# The Gemini API has a free tier, so it can be enabled without billing.
NEED_BILLING = frozenset(
    {
        "aiplatform.googleapis.com",
        "compute.googleapis.com",
        "secretmanager.googleapis.com",
        "translate.googleapis.com",
    }
)
