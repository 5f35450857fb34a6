"""Names at Google, all derived from the request, so that any step may run twice."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.domain.kinds import Kind

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest

GEMINI = "generativelanguage.googleapis.com"
VERTEX = "aiplatform.googleapis.com"
VERTEX_USER = "roles/aiplatform.user"
MARK = "gemini-key-bot"
MANAGED_BY = "managed-by"
KEY_PREFIX = "gk-"
SECRET_PREFIX = "gemini-key-"  # noqa: S105 - a resource name; the custom role's condition names it too
ACCOUNT_PREFIX = "gemini-keys-"
ACCOUNT_TITLE = "Gemini keys (gemini-key-bot)"
OWNER = f"{MARK}-request"
ADOPTED = f"{MARK}-adopted"


def key_id(request: KeyRequest) -> str:
    """Name the API key: `gk-7f3k-r1` (Google: a deleted id stays taken for 30 days, hence the rotation)."""
    return key_id_of(request, request.rotation)


def key_id_of(request: KeyRequest, rotation: int) -> str:
    """Name the key of one rotation; the one that was there before the bot keeps the name that it has."""
    if rotation == 0 and request.adopted:
        return request.adopted.key_id
    return f"{request.id.lower()}-r{rotation}"


def secret_id(request: KeyRequest) -> str:
    """Name the secret: `gemini-key-7f3k`; it keeps its address over rotations."""
    return SECRET_PREFIX + request.id.removeprefix("GK-").lower()


def console_page(request: KeyRequest, console_url: str) -> str:
    """Link the secret's versions tab; Google documents no deeper link."""
    secret, project = quote(secret_id(request)), quote(request.project_id)
    return f"{console_url}/security/secret-manager/secret/{secret}/versions?project={project}"


def account_id(team_id: str) -> str:
    """Name the service account that a workspace's keys in one project are bound to (6 to 30 characters)."""
    return ACCOUNT_PREFIX + hashlib.sha256(team_id.encode()).hexdigest()[:8]


def account_address(account_id: str, project_id: str) -> str:
    """Give the address that Google makes of an account's id."""
    return f"{account_id}@{project_id}.iam.gserviceaccount.com"


def account_email(request: KeyRequest) -> str:
    """Give the address of the account that a request's key is bound to."""
    return account_address(account_id(request.team_id), request.project_id)


def key_account(request: KeyRequest) -> str:
    """Give the account that a key is bound to; a standard key, which policy must allow, has none."""
    return "" if request.kind is Kind.STANDARD_KEY else account_email(request)


def owner(request: KeyRequest) -> str:
    """Say whose a resource is: workspace and request, unique over all workspaces."""
    return f"{request.team_id}/{request.id}"


def service(request: KeyRequest) -> str:
    """Name the API that a request is for."""
    return VERTEX if request.kind is Kind.VERTEX else GEMINI


def vertex_member(request: KeyRequest) -> str:
    """Name who calls Vertex AI without a key: the service account that was named, else the requester."""
    return f"serviceAccount:{request.identity}" if request.identity else request.requester.member


def grant_title(request: KeyRequest) -> str:
    """Title the grant on a project by its request, which no other grant has (IAM: 100 characters)."""
    return f"{MARK} {owner(request)}"


def labels_for(request: KeyRequest) -> dict[str, str]:
    """Label a secret (Secret Manager: lower case, digits, - and _, at most 63)."""
    return {MANAGED_BY: MARK, "environment": request.environment}


def annotations_for(request: KeyRequest) -> dict[str, str]:
    """Write on a key and a secret what `reconcile` needs to rebuild the record; never a secret."""
    approver, allowed = request.approved_by, " ".join(request.restriction.entries)
    return {
        OWNER: owner(request),
        **({f"{MARK}-restriction": allowed} if allowed else {}),
        **({ADOPTED: request.adopted.key_id} if request.adopted else {}),
        f"{MARK}-requester": request.requester.user_id,
        f"{MARK}-email": request.requester.email,
        f"{MARK}-environment": request.environment,
        f"{MARK}-approver": approver.user_id if approver else "",
        f"{MARK}-approved": request.approvals[-1].at.isoformat() if approver else "",
        f"{MARK}-expires": request.expires_at.isoformat() if request.expires_at else "",
    }


def ours(annotation: str) -> bool:
    """Tell whether an annotation is one of those that we write."""
    return annotation.startswith(f"{MARK}-")


def owner_in(annotations: dict[str, str]) -> str:
    """Read whose a resource is from its annotations, empty when it is not ours."""
    return annotations.get(OWNER, "")
