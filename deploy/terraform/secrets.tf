locals {
  # One workspace by its bot token, or several that install the app from a page.
  deployment = var.slack_client_id == "" ? "one" : "several"
  # Which secret a role finds under which setting. The values are put in by hand (README.md), so that none stands in
  # Terraform's state.
  secrets_of = {
    one = {
      slack  = { SLACK_BOT_TOKEN_FILE = "slack-bot-token", SLACK_SIGNING_SECRET_FILE = "slack-signing-secret", REDIS_URL_FILE = "redis-url-slack" }
      worker = { REDIS_URL_FILE = "redis-url-worker" }
    }
    several = {
      slack = {
        SLACK_CLIENT_SECRET_FILE         = "slack-client-secret"
        SLACK_SIGNING_SECRET_FILE        = "slack-signing-secret"
        GEMINI_KEY_BOT_SEALING_KEYS_FILE = "sealing-keys"
        REDIS_URL_FILE                   = "redis-url-slack"
      }
      worker = { REDIS_URL_FILE = "redis-url-worker" }
    }
  }
  mounted = local.secrets_of[local.deployment]
  members = { slack = google_service_account.slack.member, worker = google_service_account.worker.member }
  readers = merge(
    { for secret in values(local.mounted.slack) : secret => [local.members.slack] },
    { for secret in values(local.mounted.worker) : secret => [local.members.worker] },
    { policy = values(local.members) },
  )
  # The files that the policy's secret is mounted as: the one policy, or one for each workspace, from versions of their own.
  policies = local.deployment == "one" ? { value = var.policy_file } : {
    for name in fileset(var.policy_dir, "T*.toml") : name => "${var.policy_dir}/${name}"
  }
  policy_versions = local.deployment == "one" ? { value = "latest" } : {
    for name, made in google_secret_manager_secret_version.policy : name => made.version
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
  for_each    = local.policies
  secret      = google_secret_manager_secret.own["policy"].id
  secret_data = file(each.value)

  # What runs reads the old version until it is replaced.
  lifecycle {
    create_before_destroy = true
  }
}
