# Two identities with nothing in common: who holds Slack's tokens has no right at Google's key projects,
# and who makes keys reads no Slack token.
resource "google_service_account" "slack" {
  account_id   = "gemini-key-bot-slack"
  display_name = "gemini-key-bot, role slack"
}

resource "google_service_account" "worker" {
  account_id   = "gemini-key-bot-worker"
  display_name = "gemini-key-bot, role worker"
}

# On Kubernetes the worker's own service account may act as the worker's, and no other may.
resource "google_service_account_iam_member" "workload_identity" {
  count              = var.run_on == "kubernetes" ? 1 : 0
  service_account_id = google_service_account.worker.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project_id}.svc.id.goog[gemini-key-bot/worker]"
}
