"""What can be wrong with a project, the bot's identity and its own project, and how it is mended."""

from __future__ import annotations

from bot.diagnosis.cause import Fixer
from bot.doctor.line import trouble
from bot.languages.words import N_

_OWNER, _ORG, _BILLING = (Fixer.PROJECT_OWNER,), (Fixer.ORG_ADMIN,), (Fixer.BILLING_ADMIN,)
_LIFT = (
    "printf 'name: projects/{project}/policies/{constraint}\\nspec: {{rules: [{{enforce: false}}]}}\\n' "
    "| gcloud org-policies set-policy /dev/stdin"
)

CREDENTIALS_MISSING = trouble(
    "google-credentials-missing",
    N_("I found no Google credentials"),
    N_(
        "Attach a service account where the bot runs, or use Workload Identity; on your own machine, set "
        "GOOGLE_APPLICATION_CREDENTIALS."
    ),
    command="gcloud auth application-default login --impersonate-service-account=BOT_SERVICE_ACCOUNT",
    who=_OWNER,
)
CREDENTIALS_REFUSED = trouble(
    "google-credentials-refused",
    N_("Google does not accept the bot's credentials"),
    N_("Enable the service account {bot} again, or give the bot the identity of one that exists."),
    command="gcloud iam service-accounts enable {bot} --project={own}",
    who=_OWNER,
)
JSON_KEY = trouble(
    "google-json-key",
    N_("The bot signs in with a JSON key, which whoever copies it can use for ever"),
    N_("Attach the service account where the bot runs, or use Workload Identity; then delete the key."),
    command="gcloud iam service-accounts keys list --iam-account={bot} --managed-by=user",
    who=_OWNER,
)
PERSON = trouble(
    "google-person",
    N_("The bot signs in as a person"),
    N_("Give it a service account of its own: a person's rights are wider, and end with the person."),
    command="gcloud auth application-default login --impersonate-service-account=BOT_SERVICE_ACCOUNT",
    who=_OWNER,
)
OWN_API_OFF = trouble(
    "bot-api-disabled",
    N_("{service} is switched off in the bot's own project {own}"),
    N_("Switch {service} on in {own}, where the bot's calls are counted; not in the key's project."),
    command="gcloud services enable {service} --project={own}",
    who=_OWNER,
)
UNSEEN = trouble(
    "project-unseen",
    N_("The bot can't see {project}"),
    N_("Grant the bot's role on {project}; if no such project exists, correct its id in the policy."),
    command=(
        "gcloud projects add-iam-policy-binding {project} --member=serviceAccount:{bot} "
        "--role=projects/{project}/roles/geminiKeyBot"
    ),
    who=_OWNER,
)
PERMISSION_MISSING = trouble(
    "permission-missing",
    N_("The bot lacks {count} of its permissions in {project}"),
    N_("Add {permissions} to the bot's role in {project}."),
    command="gcloud iam roles update geminiKeyBot --project={project} --add-permissions={permissions}",
    who=_OWNER,
)
SECRET_RIGHTS = trouble(
    "secret-permission-missing",
    N_("The bot lacks {permissions} on a secret of its own in {project}"),
    N_(
        "Add {permissions} to the bot's role for secrets in {project}, for names that begin with gemini-key-."
    ),
    command="gcloud iam roles update geminiKeyBotSecrets --project={project} --add-permissions={permissions}",
    who=_OWNER,
)
RIGHT_WISHED = trouble(
    "permission-wished",
    N_("The bot lacks {permissions} in {project}"),
    N_("Add {permissions} to the bot's role in {project}, unless you mean it so."),
    command="gcloud iam roles update geminiKeyBot --project={project} --add-permissions={permissions}",
    who=_OWNER,
)
TOO_WIDE = trouble(
    "permission-too-wide",
    N_("The bot may do more in {project} than it needs"),
    N_("Take {permissions} away from the bot in {project}: with its own role it can't read what it stored."),
    command=(
        "gcloud projects get-iam-policy {project} --flatten='bindings[].members' "
        "--filter='bindings.members:serviceAccount:{bot}' --format='value(bindings.role)'"
    ),
    who=_OWNER,
)
BILLING_CLOSED = trouble(
    "billing-account-closed",
    N_("The billing account of {project} is closed"),
    N_("Link an open billing account to {project}, or reopen {account}."),
    command="gcloud billing projects link {project} --billing-account=BILLING_ACCOUNT_ID",
    needs="resourcemanager.projects.createBillingAssignment",
    who=(Fixer.BILLING_ADMIN, Fixer.PROJECT_OWNER, Fixer.BOT),
)
FREE_TIER = trouble(
    "free-tier",
    N_("{project} has no billing: its keys are on the free tier"),
    N_(
        "Link a billing account to {project} if its keys are for work: on the free tier limits are low, "
        "and Google may use what is sent."
    ),
    command="gcloud billing projects link {project} --billing-account=BILLING_ACCOUNT_ID",
    needs="resourcemanager.projects.createBillingAssignment",
    who=(Fixer.BILLING_ADMIN, Fixer.PROJECT_OWNER, Fixer.BOT),
)
API_OFF = trouble(
    "api-off",
    N_("{service} is off in {project}"),
    N_("Switch {service} on in {project}."),
    command="gcloud services enable {service} --project={project}",
    needs="serviceusage.services.enable",
    who=(Fixer.BOT, Fixer.PROJECT_OWNER),
)
ACCOUNT_MISSING = trouble(
    "service-account-missing",
    N_("{project} has no service account for keys yet"),
    N_("Create the service account that keys in {project} are bound to; it needs no role."),
    command="gcloud iam service-accounts create {account_id} --project={project}",
    needs="iam.serviceAccounts.create",
    who=(Fixer.BOT, Fixer.PROJECT_OWNER),
)
ACCOUNT_DISABLED = trouble(
    "service-account-disabled",
    N_("The service account that keys in {project} are bound to is disabled"),
    N_("Enable {account} again: while it is disabled, no key bound to it works."),
    command="gcloud iam service-accounts enable {account} --project={project}",
    who=_OWNER,
)
ACCOUNTS_BLOCKED = trouble(
    "service-accounts-blocked",
    N_("The organization lets nobody create service accounts in {project}"),
    N_("Lift {constraint} for {project}, or have its service account created by who may."),
    command=_LIFT,
    who=_ORG,
)
SERVICE_FORBIDDEN = trouble(
    "org-service-forbidden",
    N_("The organization forbids {service} in {project}"),
    N_("Add {service} to the allowed values of {constraint} for {project}."),
    command="gcloud org-policies describe {constraint} --project={project} --effective",
    who=_ORG,
)
BINDING_BLOCKED = trouble(
    "binding-blocked",
    N_("The organization lets no Gemini key be bound to a service account in {project}"),
    N_("Add {service} to allowedServices of {constraint}, or lift the constraint for {project}."),
    command=_LIFT,
    who=_ORG,
)
KEYS_FULL = trouble(
    "keys-full",
    N_("{project} holds {count} keys; Google allows 300"),
    N_("Delete keys that nobody uses, or let new ones live in another project: the limit can't be raised."),
    command="gcloud services api-keys list --project={project}",
    who=_OWNER,
)
OTHER_READERS = trouble(
    "other-readers",
    N_("Others can read the key strings of {project} past Secret Manager"),
    N_("Take basic roles and API Keys roles away from people in {project}, or know that they can read keys."),
    command="gcloud projects get-iam-policy {project}",
    who=_OWNER,
)
LINK_ACCOUNT = trouble(
    "billing-link-account",
    N_("The bot can't link the billing account {account} that the policy names"),
    N_("Grant the bot roles/billing.user on {account}, or name an open account in the policy."),
    command=(
        "gcloud billing accounts add-iam-policy-binding {account_id} --member=serviceAccount:{bot} "
        "--role=roles/billing.user"
    ),
    who=_BILLING,
)
FOLDER = trouble(
    "new-projects-folder",
    N_("The bot can't make projects in {folder}, which the policy names"),
    N_("Grant the bot roles/resourcemanager.projectCreator on {folder}, or name another one in the policy."),
    command=(
        "gcloud resource-manager folders add-iam-policy-binding {folder_id} "
        "--member=serviceAccount:{bot} --role=roles/resourcemanager.projectCreator"
    ),
    who=_ORG,
)
ROLES_LEFT = trouble(
    "new-projects-roles",
    N_("The two roles that the policy leaves to the bot in new projects are not enough"),
    N_("Give role and secrets_role of [new_projects] what deploy/terraform/permissions.json lists."),
    who=_ORG,
)
HALF_MADE = trouble(
    "new-project-half-made",
    N_("A project that the bot made is not ready, and the bot still owns it"),
    N_("Press Try again on its card, ask for it again under the same name, or delete it."),
    command="gcloud projects delete {project}",
    who=_ORG,
)
GOOGLE_SILENT = trouble(
    "google-unreachable",
    N_("Google does not answer"),
    N_("Let the machine reach *.googleapis.com on port 443, by its proxy if there is one."),
    command="curl -sS -o /dev/null https://cloudresourcemanager.googleapis.com/",
    who=(Fixer.REQUESTER,),
)
