# For the policy's [new_projects]: the bot makes projects in one folder. Google makes it the owner of each; it gives
# that up for these two roles once billing, APIs and the account are there (a step that fails before leaves it the owner
# until somebody presses Try again). They are defined for the organization because no project is there yet.
locals {
  makes_projects = var.new_projects_folder != "" ? 1 : 0
}

resource "google_organization_iam_custom_role" "maker" {
  count       = local.makes_projects
  org_id      = var.organization_id
  role_id     = "geminiKeyBotMaker"
  title       = "gemini-key-bot worker, new projects"
  description = "Create projects. Bound to one folder."
  permissions = local.permissions.new_projects
}

resource "google_folder_iam_member" "maker" {
  count  = local.makes_projects
  folder = var.new_projects_folder
  role   = google_organization_iam_custom_role.maker[0].name
  member = local.worker
}

resource "google_organization_iam_custom_role" "made" {
  count       = local.makes_projects
  org_id      = var.organization_id
  role_id     = "geminiKeyBot"
  title       = "gemini-key-bot worker"
  description = "The same as in the key projects, for projects that the bot makes."
  permissions = local.always
}

resource "google_organization_iam_custom_role" "made_secrets" {
  count       = local.makes_projects
  org_id      = var.organization_id
  role_id     = "geminiKeyBotSecrets"
  title       = "gemini-key-bot worker, its secrets"
  description = "The same as in the key projects; the bot binds it with a condition on its own secrets' names."
  permissions = local.permissions.own_secrets
}
