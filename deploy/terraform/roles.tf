locals {
  permissions = jsondecode(file("${path.module}/permissions.json"))
  worker      = google_service_account.worker.member
  always = concat(
    local.permissions.always,
    var.read_project_policies ? local.permissions.who_reads : [],
    var.recover_key_text ? local.permissions.key_text : [],
    var.billing_account != "" ? local.permissions.billing : [],
  )
  # Where custom roles are not allowed. They hold more, versions.access and getKeyString among it: prefer the custom ones.
  predefined = [
    "roles/browser",
    "roles/iam.serviceAccountApiKeyBindingAdmin",
    "roles/iam.serviceAccountCreator",
    "roles/monitoring.viewer",
    "roles/orgpolicy.policyViewer",
    "roles/secretmanager.admin",
    "roles/serviceusage.apiKeysAdmin",
    "roles/serviceusage.serviceUsageAdmin",
  ]
}

resource "google_project_iam_custom_role" "worker" {
  for_each    = toset(var.custom_role ? var.key_projects : [])
  project     = each.value
  role_id     = "geminiKeyBot"
  title       = "gemini-key-bot worker"
  description = "Make, restrict and take away Gemini keys. Exactly what bot/google calls: tests hold it so."
  permissions = local.always
}

resource "google_project_iam_custom_role" "own_secrets" {
  for_each    = toset(var.custom_role ? var.key_projects : [])
  project     = each.value
  role_id     = "geminiKeyBotSecrets"
  title       = "gemini-key-bot worker, its secrets"
  description = "Fill, share and delete the bot's own secrets. Deliberately without versions.access."
  permissions = local.permissions.own_secrets
}

resource "google_project_iam_member" "worker" {
  for_each = google_project_iam_custom_role.worker
  project  = each.value.project
  role     = each.value.name
  member   = local.worker
}

# Whoever may set a secret's policy may let himself read it: so only on secrets that the bot made.
resource "google_project_iam_member" "own_secrets" {
  for_each = google_project_iam_custom_role.own_secrets
  project  = each.value.project
  role     = each.value.name
  member   = local.worker

  condition {
    title       = "gemini-key-* only"
    description = "Secrets that the bot made."
    expression  = "resource.name.startsWith(\"projects/${data.google_project.keys[each.key].number}/secrets/gemini-key-\")"
  }
}

resource "google_project_iam_member" "predefined" {
  for_each = var.custom_role ? {} : {
    for pair in setproduct(var.key_projects, local.predefined) : "${pair[0]}/${pair[1]}" => pair
  }
  project = each.value[0]
  role    = each.value[1]
  member  = local.worker
}

# The riskiest right: off unless an account is named, and then on that account alone.
resource "google_billing_account_iam_member" "worker" {
  count              = var.billing_account != "" ? 1 : 0
  billing_account_id = var.billing_account
  role               = "roles/billing.user"
  member             = local.worker
}

# Whoever may set a project's policy may make himself its owner: so only grants of these roles, given or taken.
locals {
  grantable = concat(var.vertex_without_keys ? ["roles/aiplatform.user"] : [], var.grantable_roles)
  granting  = length(local.grantable) > 0 ? var.key_projects : []
}

resource "google_project_iam_custom_role" "granting" {
  for_each    = toset(local.granting)
  project     = each.value
  role_id     = "geminiKeyBotGranting"
  title       = "gemini-key-bot worker, roles until a date"
  description = "Grant named roles until a date. Bound with a condition that allows no other role."
  permissions = concat(local.permissions.who_reads, local.permissions.granting)
}

resource "google_project_iam_member" "granting" {
  for_each = google_project_iam_custom_role.granting
  project  = each.value.project
  role     = each.value.name
  member   = local.worker

  condition {
    title       = "these roles only"
    description = "No other role can be given or taken."
    expression  = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['${join("', '", local.grantable)}'])"
  }
}
