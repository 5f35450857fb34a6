locals {
  # Who reads what. The values are put in by hand (README.md), so that none stands in Terraform's state.
  readers = {
    slack-bot-token      = [google_service_account.slack.member]
    slack-signing-secret = [google_service_account.slack.member]
    redis-url-slack      = [google_service_account.slack.member]
    redis-url-worker     = [google_service_account.worker.member]
    policy               = [google_service_account.slack.member, google_service_account.worker.member]
  }
}

resource "google_secret_manager_secret" "own" {
  for_each  = local.readers
  secret_id = "gemini-key-bot-${each.key}"

  replication {
    auto {}
  }

  depends_on = [google_project_service.own]
}

resource "google_secret_manager_secret_iam_binding" "own" {
  for_each  = local.readers
  secret_id = google_secret_manager_secret.own[each.key].id
  role      = "roles/secretmanager.secretAccessor"
  members   = each.value
}

# The policy is no secret, but it belongs to what both roles must read alike.
resource "google_secret_manager_secret_version" "policy" {
  secret      = google_secret_manager_secret.own["policy"].id
  secret_data = file(var.policy_file)
}
