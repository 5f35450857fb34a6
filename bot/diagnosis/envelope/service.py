"""Infer which Google service an error speaks of, from the surest hint to the vaguest."""

from __future__ import annotations

import re

GEMINI = "generativelanguage.googleapis.com"
VERTEX = "aiplatform.googleapis.com"
CODE_ASSIST = "cloudcode-pa.googleapis.com"
COMPANION = "cloudaicompanion.googleapis.com"
FIREBASE_AI = "firebasevertexai.googleapis.com"
AI_STUDIO = "aistudio"

_HOST = re.compile(
    r"\b([a-z][a-z0-9\-]{2,62})(?:\.([a-z]+-[a-z]+\d{1,2}|[a-z]{2})\.rep|\.sandbox)?\.googleapis\.com"
)
_NO_SERVICE = frozenset(
    {"type", "www", "oauth2", "fonts", "ajax", "content", "accounts", "metadata", "storage"}
)
_REGION = re.compile(r"^(?:[a-z]+-[a-z]+\d{1,2}-|(?:daily|autopush|staging|preprod|content)-)")
_METHOD = re.compile(r"(?<!com\.)\bgoogle\.(?:ai|cloud|firebase|api|iam|internal\.cloud)\.([a-z]{2,30})\.")
SHORTEST_REST = 4
_OF_METHOD = {
    "vertexai": "firebasevertexai",
    "auth": "identitytoolkit",
    "code": "cloudcode-pa",
    "admin": "iam",
    "credentials": "iamcredentials",
}
_PERMISSION = re.compile(
    r"permission:? (?:denied on )?[\"'`]?([a-z][a-z\-]{1,40})\.[a-zA-Z]{2,60}\.[a-zA-Z]{2,60}\b"
)
_OF_PERMISSION = {"resourcemanager": "cloudresourcemanager", "billing": "cloudbilling"}
_BLOCKED_API = re.compile(r"requests to this api ([a-z][a-z0-9\-]{2,60})(?: |\.googleapis)")
_PHRASES: tuple[tuple[str, str], ...] = (
    ("generative language api", GEMINI),
    ("gemini for google cloud api", COMPANION),
    ("cloud ai companion api", COMPANION),
    ("cloudaicompanion", COMPANION),
    ("cloud code private api", CODE_ASSIST),
    ("firebase ai logic api", FIREBASE_AI),
    ("vertex ai in firebase api", FIREBASE_AI),
    ("firebase_ai", FIREBASE_AI),
    ("firebaseai", FIREBASE_AI),
    ("firvertexai", FIREBASE_AI),
    ("firebase ai", FIREBASE_AI),
    ("firebase.ai.", FIREBASE_AI),
    ("firebasevertexai", FIREBASE_AI),
    ("firebase: error auth ", "identitytoolkit.googleapis.com"),
    ("firebase ml api", "firebaseml.googleapis.com"),
    ("agent platform api", VERTEX),
    ("vertex ai api", VERTEX),
    ("cloud resource manager api", "cloudresourcemanager.googleapis.com"),
    ("service usage api", "serviceusage.googleapis.com"),
    ("api keys api", "apikeys.googleapis.com"),
    ("secret manager api", "secretmanager.googleapis.com"),
    ("identity and access management (iam) api", "iam.googleapis.com"),
    ("iam service account credentials api", "iamcredentials.googleapis.com"),
    ("cloud billing api", "cloudbilling.googleapis.com"),
    ("organization policy api", "orgpolicy.googleapis.com"),
    ("text-to-speech api", "texttospeech.googleapis.com"),
    ("speech-to-text api", "speech.googleapis.com"),
    ("cloud translation api", "translate.googleapis.com"),
    ("cloud vision api", "vision.googleapis.com"),
    ("discovery engine api", "discoveryengine.googleapis.com"),
    ("cloud text to speech", "texttospeech.googleapis.com"),
    ("gemini api has not been used", GEMINI),
    ("accesslevel", "accesscontextmanager.googleapis.com"),
    ("accesspolicy", "accesscontextmanager.googleapis.com"),
    ("service perimeter", "accesscontextmanager.googleapis.com"),
    ("permission denied to enable service", "serviceusage.googleapis.com"),
    ("billing must be enabled for activation of service", "serviceusage.googleapis.com"),
    ("for api version v1", GEMINI),
    ("to use the google ai api", GEMINI),
    ("publisher model", VERTEX),
    ("publishers/google", VERTEX),
    ("vertexai.allowedmodels", VERTEX),
    ("online_prediction_requests", VERTEX),
    ("vertex-ai", VERTEX),
    ("vertex_ai", VERTEX),
    ("vertex ai", VERTEX),
    ("vertexai", VERTEX),
    ("aiplatform", VERTEX),
    ("code assist", CODE_ASSIST),
    ("gemini-code-assist", CODE_ASSIST),
    ("cloudcode", CODE_ASSIST),
    ("antigravity", CODE_ASSIST),
    ("generate_content_", GEMINI),
    ("free_tier", GEMINI),
    ("generativelanguage", GEMINI),
    ("generative ai error", GEMINI),
    ("googlegenerativeai", GEMINI),
    ("google.generativeai", GEMINI),
    ("google-generativeai", GEMINI),
    ("auth/generative-language", GEMINI),
    ("ai.google.dev", GEMINI),
    ("ai.studio", GEMINI),
    ("aistudio.google.com", GEMINI),
    ("makersuite", GEMINI),
    ("gemini api", GEMINI),
    ("(gcloud.services.api-keys.", "apikeys.googleapis.com"),
    ("(gcloud.services.", "serviceusage.googleapis.com"),
    ("(gcloud.projects.", "cloudresourcemanager.googleapis.com"),
    ("(gcloud.secrets.", "secretmanager.googleapis.com"),
    ("(gcloud.billing.", "cloudbilling.googleapis.com"),
    ("(gcloud.iam.", "iam.googleapis.com"),
    ("(gcloud.org-policies.", "orgpolicy.googleapis.com"),
    ("(gcloud.ai.", VERTEX),
)
_KNOWN = tuple(dict.fromkeys(service for _, service in _PHRASES))
# The newer SDKs speak to Vertex AI as well.
_VAGUE: tuple[tuple[str, str], ...] = (
    ("google_genai", GEMINI),
    ("google.genai", GEMINI),
    ("google/genai", GEMINI),
    ("gemini", GEMINI),
    ("palm api", GEMINI),
)


def host(name: str) -> str | None:
    """Return the canonical host of a service, without region and channel; None when it is no service.

    A terminal may cut a name in two: a rest such as `uage` stands for the service that ends so.
    """
    name = _REGION.sub("", name)
    if name in _NO_SERVICE or not name:
        return None
    whole = f"{name}.googleapis.com"
    return next((known for known in _KNOWN if known.endswith(whole) and len(name) >= SHORTEST_REST), whole)


def of_method(method: str | None) -> str | None:
    """Return the service that owns a full gRPC method or API name."""
    found = _METHOD.search(method) if method and "google." in method else None
    return f"{_OF_METHOD.get(found[1], found[1])}.googleapis.com" if found else None


def named_in(text: str) -> str | None:
    """Return the first service that the text names by host, method, permission or blocked API."""
    found = _HOST.finditer(text) if ".googleapis.com" in text else ()
    if hosts := [service for named in found if (service := host(named[1]))]:
        return next((service for service in hosts if service in _KNOWN), hosts[0])
    lower = text.lower()
    if blocked := _BLOCKED_API.search(lower):
        return host(blocked[1])
    if service := of_method(text):
        return service
    permission = _PERMISSION.search(lower)
    return host(_OF_PERMISSION.get(permission[1], permission[1])) if permission else None


def described_in(text: str, *, vaguely: bool = False) -> str | None:
    """Return the service that product titles, resource names and SDK names in the text point to."""
    lower = text.lower()
    phrases = _PHRASES + _VAGUE if vaguely else _PHRASES
    return next((service for phrase, service in phrases if phrase in lower), None)
