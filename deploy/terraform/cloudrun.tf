locals {
  on_cloud_run = var.run_on == "cloudrun" ? 1 : 0
  settings_of = {
    one = {
      slack  = { GEMINI_KEY_BOT_POLICY_FILE = "/secrets/policy/value" }
      worker = { GEMINI_KEY_BOT_POLICY_FILE = "/secrets/policy/value" }
    }
    several = {
      slack  = { GEMINI_KEY_BOT_POLICY_DIR = "/secrets/policy", SLACK_CLIENT_ID = var.slack_client_id }
      worker = { GEMINI_KEY_BOT_POLICY_DIR = "/secrets/policy" }
    }
  }
  accounts = { slack = google_service_account.slack.email, worker = google_service_account.worker.email }
  # Slack's side scales with clicks. Workers sleep until something is due, so one is always there.
  instances = { slack = { least = 1, most = 6 }, worker = { least = 1, most = 3 } }
  ingress   = { slack = "INGRESS_TRAFFIC_ALL", worker = "INGRESS_TRAFFIC_INTERNAL_ONLY" }
}

resource "google_cloud_run_v2_service" "role" {
  for_each            = local.on_cloud_run == 1 ? local.mounted : {}
  name                = "gemini-key-bot-${each.key}"
  location            = var.region
  ingress             = local.ingress[each.key]
  deletion_protection = false

  template {
    service_account = local.accounts[each.key]
    timeout         = "60s"

    scaling {
      min_instance_count = local.instances[each.key].least
      max_instance_count = local.instances[each.key].most
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network    = var.network
        subnetwork = var.subnetwork
      }
    }

    containers {
      image = var.image
      args  = ["serve", "--role", each.key]

      # Announcements and jobs run between requests.
      resources {
        cpu_idle = false
        limits   = { cpu = "1", memory = "512Mi" }
      }

      ports {
        container_port = 3000
      }

      dynamic "env" {
        for_each = local.settings_of[local.deployment][each.key]
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = each.value
        content {
          name  = env.key
          value = "/secrets/${env.value}/value"
        }
      }

      dynamic "volume_mounts" {
        for_each = concat(values(each.value), ["policy"])
        content {
          name       = volume_mounts.value
          mount_path = "/secrets/${volume_mounts.value}"
        }
      }

      startup_probe {
        period_seconds    = 2
        failure_threshold = 30
        http_get {
          path = "/healthz"
        }
      }

      liveness_probe {
        http_get {
          path = "/healthz"
        }
      }
    }

    dynamic "volumes" {
      for_each = concat(values(each.value), ["policy"])
      content {
        name = volumes.value
        secret {
          secret = google_secret_manager_secret.own[volumes.value].secret_id
          dynamic "items" {
            for_each = volumes.value == "policy" ? local.policy_versions : { value = "latest" }
            content {
              version = items.value
              path    = items.key
            }
          }
        }
      }
    }
  }

  depends_on = [google_secret_manager_secret_iam_binding.own, google_secret_manager_secret_version.policy]
}

# Slack signs its requests instead of logging in; the guard in front of Bolt checks that.
resource "google_cloud_run_v2_service_iam_member" "slack" {
  count    = local.on_cloud_run
  name     = google_cloud_run_v2_service.role["slack"].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}
