"""Say which permissions a role carries; facts from Google's predefined role pages."""

from __future__ import annotations


def _each(prefix: str, verbs: str) -> frozenset[str]:
    return frozenset(f"{prefix}.{verb}" for verb in verbs.split())


_PROJECT_READ = _each("resourcemanager.projects", "get getIamPolicy")
_KEYS_READ = _each("apikeys.keys", "get getKeyString list lookup")
_KEYS_WRITE = _each("apikeys.keys", "create delete undelete update")
_BINDINGS = _each("iam.serviceAccountApiKeyBindings", "create delete undelete")
_SERVICES_READ = _each("serviceusage", "services.get services.list operations.get")
_SERVICES_WRITE = _each("serviceusage.services", "enable disable use")
_SECRETS_READ = _each(
    "secretmanager", "secrets.get secrets.list secrets.getIamPolicy versions.get versions.list"
)
_SECRETS_WRITE = _each("secretmanager.secrets", "create update delete") | _each(
    "secretmanager.versions", "add enable disable destroy"
)
_ACCOUNTS_READ = _each("iam.serviceAccounts", "get list getIamPolicy")
_ACCOUNTS_WRITE = _each("iam.serviceAccounts", "create delete disable enable update")
_BILLING_LINK = _each("resourcemanager.projects", "createBillingAssignment deleteBillingAssignment")
_POLICY_READ = _each("orgpolicy.policy", "get")
_METRICS = _each("monitoring.timeSeries", "list")

# Basic Viewer reads key strings: `apikeys.keys.getKeyString` is in it.
_VIEWER = (
    _each("resourcemanager.projects", "get getIamPolicy list")
    | _KEYS_READ
    | _SERVICES_READ
    | _SECRETS_READ
    | _ACCOUNTS_READ
    | _POLICY_READ
    | _METRICS
)
# Basic Editor creates secrets but neither reads nor shares them.
_EDITOR = _VIEWER | _KEYS_WRITE | _BINDINGS | _SERVICES_WRITE | _SECRETS_WRITE | _ACCOUNTS_WRITE
_OWNER = (
    _EDITOR
    | _BILLING_LINK
    | _each("secretmanager", "versions.access secrets.setIamPolicy")
    | _each("iam.serviceAccounts", "setIamPolicy")
    | _each("resourcemanager.projects", "setIamPolicy delete undelete")
)

# Exactly deploy/terraform/permissions.json: what the stories get by with is what the real bot is granted.
_GEMINI_KEY_BOT = (
    _each("resourcemanager.projects", "get")
    | _each("serviceusage", "services.get services.enable operations.get")
    | _each("apikeys.keys", "create get list update delete undelete lookup")
    | _each("iam.serviceAccounts", "create get list")
    | _each("iam.serviceAccountApiKeyBindings", "create")
    | _each("secretmanager.secrets", "create list")
    | _METRICS
    | _POLICY_READ
)
_GEMINI_KEY_BOT_SECRETS = _each(
    "secretmanager.secrets", "get update delete getIamPolicy setIamPolicy"
) | _each("secretmanager.versions", "add get list disable enable destroy")

OWNER = "roles/owner"
BOT = "projects/-/roles/geminiKeyBot"
# Granted with a condition on the names of secrets.
BOT_SECRETS = "projects/-/roles/geminiKeyBotSecrets"
# The same two, defined once for the whole organization: for projects that the bot makes.
COMPANY_BOT = "organizations/100000000000/roles/geminiKeyBot"
COMPANY_BOT_SECRETS = "organizations/100000000000/roles/geminiKeyBotSecrets"
BASIC = frozenset({OWNER, "roles/editor", "roles/viewer"})

ROLES: dict[str, frozenset[str]] = {
    OWNER: _OWNER,
    "roles/editor": _EDITOR,
    "roles/viewer": _VIEWER,
    "roles/browser": _PROJECT_READ | _each("resourcemanager.projects", "list"),
    "roles/serviceusage.apiKeysAdmin": _KEYS_READ
    | _KEYS_WRITE
    | _POLICY_READ
    | _each("serviceusage", "operations.get"),
    "roles/serviceusage.apiKeysViewer": _KEYS_READ,
    "roles/serviceusage.serviceUsageAdmin": _SERVICES_READ | _SERVICES_WRITE,
    "roles/serviceusage.serviceUsageViewer": _SERVICES_READ,
    "roles/serviceusage.serviceUsageConsumer": _each("serviceusage.services", "use get list") | _METRICS,
    "roles/secretmanager.admin": _SECRETS_READ
    | _SECRETS_WRITE
    | _each("secretmanager", "versions.access secrets.setIamPolicy")
    | _each("resourcemanager.projects", "get list"),
    "roles/secretmanager.editor": _SECRETS_READ | _each("secretmanager.secrets", "create update delete"),
    "roles/secretmanager.viewer": _SECRETS_READ | _each("resourcemanager.projects", "get list"),
    "roles/secretmanager.secretAccessor": _each("secretmanager.versions", "access")
    | _each("resourcemanager.projects", "get list"),
    "roles/secretmanager.secretVersionAdder": _each("secretmanager.versions", "add"),
    "roles/secretmanager.secretVersionManager": _each(
        "secretmanager.versions", "add enable disable destroy get list"
    ),
    "roles/iam.serviceAccountAdmin": _ACCOUNTS_READ
    | _ACCOUNTS_WRITE
    | _BINDINGS
    | _each("iam.serviceAccounts", "setIamPolicy"),
    "roles/iam.serviceAccountCreator": _each("iam.serviceAccounts", "create get list"),
    "roles/iam.serviceAccountViewer": _ACCOUNTS_READ,
    "roles/iam.serviceAccountApiKeyBindingAdmin": _BINDINGS,
    "roles/billing.admin": _each("billing", "accounts.get accounts.list resourceAssociations.create")
    | _BILLING_LINK,
    "roles/billing.user": _each("billing", "accounts.get accounts.list resourceAssociations.create"),
    "roles/billing.viewer": _each("billing.accounts", "get list"),
    "roles/billing.projectManager": _BILLING_LINK,
    "roles/resourcemanager.projectIamAdmin": _each(
        "resourcemanager.projects", "get getIamPolicy setIamPolicy"
    ),
    "roles/resourcemanager.projectCreator": _each("resourcemanager.projects", "create"),
    "roles/aiplatform.user": _each("aiplatform.endpoints", "predict"),
    "roles/monitoring.viewer": _METRICS,
    "roles/orgpolicy.policyViewer": _POLICY_READ,
    BOT: _GEMINI_KEY_BOT,
    COMPANY_BOT: _GEMINI_KEY_BOT | _each("resourcemanager.projects", "createBillingAssignment"),
    COMPANY_BOT_SECRETS: _GEMINI_KEY_BOT_SECRETS,
    BOT_SECRETS: _GEMINI_KEY_BOT_SECRETS,
}
PERMISSIONS = frozenset().union(*ROLES.values())
