"""What the bot may do at Google: each permission of its role, and what is lost without it."""

from __future__ import annotations

# Without one of these no key is made, or none can be taken back.
NEEDED = (
    "resourcemanager.projects.get",
    "serviceusage.services.get",
    "serviceusage.services.enable",
    "serviceusage.operations.get",
    "apikeys.keys.create",
    "apikeys.keys.get",
    "apikeys.keys.list",
    "apikeys.keys.update",
    "apikeys.keys.delete",
    "apikeys.keys.undelete",
    "iam.serviceAccounts.create",
    "iam.serviceAccounts.get",
    "iam.serviceAccounts.list",
    "iam.serviceAccountApiKeyBindings.create",
    "secretmanager.secrets.create",
    "secretmanager.secrets.get",
    "secretmanager.secrets.list",
    "secretmanager.secrets.update",
    "secretmanager.secrets.delete",
    "secretmanager.secrets.getIamPolicy",
    "secretmanager.secrets.setIamPolicy",
    "secretmanager.versions.add",
    "secretmanager.versions.get",
    "secretmanager.versions.list",
    "secretmanager.versions.enable",
    "secretmanager.versions.disable",
    "secretmanager.versions.destroy",
)
# Where Terraform made the role these are held by a condition on the names of the bot's own secrets: asked
# about the project, Google does not count them.
OF_SECRETS = tuple(
    right
    for right in NEEDED
    if right.startswith("secretmanager.") and not right.endswith(("create", "secrets.list"))
)
# Without one of these something is not read, and said so.
WISHED = {
    "orgpolicy.policy.get": "Without it, what the organization forbids is seen only when the mint fails.",
    "apikeys.keys.lookup": "Without it, why-403 does not see whose a key is.",
    "monitoring.timeSeries.list": "Without it, why-403 does not see whether a key is used.",
}
# For linking billing, where the policy names an account for it.
LINKING = "resourcemanager.projects.createBillingAssignment"
# On a billing account that the bot links.
PAYING = "billing.resourceAssociations.create"
# On the folder in which the policy has new projects made.
MAKING = "resourcemanager.projects.create"
# Its roles never carry this; who made a project holds it until the owner's role is given up.
OWNING = "resourcemanager.projects.delete"
# With one of these the bot can read what it stored, or give itself whatever it likes.
GRANTING = "resourcemanager.projects.setIamPolicy"  # meant where the policy gives Vertex AI without a key
TOO_WIDE = ("secretmanager.versions.access", GRANTING)
# Who can read the project's policy can say who else reads key strings; no right of the role.
READ_POLICY = "resourcemanager.projects.getIamPolicy"
ASKED = (*NEEDED, *WISHED, LINKING, *TOO_WIDE)

# Google: these predefined roles carry apikeys.keys.getKeyString, past Secret Manager.
READERS = frozenset(
    {
        "roles/owner",
        "roles/editor",
        "roles/viewer",
        "roles/serviceusage.apiKeysAdmin",
        "roles/serviceusage.apiKeysViewer",
    }
)
