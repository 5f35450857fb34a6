# What only Google's own audit log can tell: somebody shares one of the bot's secrets, and it was not the bot;
# or somebody reads the text of a key past Secret Manager. deploy/observability has the bot's own alerts.
resource "google_monitoring_alert_policy" "secret_shared" {
  for_each              = toset(var.key_projects)
  project               = each.value
  display_name          = "A gemini-key-* secret was shared by somebody else than the bot"
  combiner              = "OR"
  notification_channels = var.notification_channels

  conditions {
    display_name = "SetIamPolicy on gemini-key-*"
    condition_matched_log {
      filter = <<-EOT
        protoPayload.methodName="google.cloud.secretmanager.v1.SecretManagerService.SetIamPolicy"
        protoPayload.resourceName:"/secrets/gemini-key-"
        protoPayload.authenticationInfo.principalEmail!="${google_service_account.worker.email}"
      EOT
    }
  }

  alert_strategy {
    notification_rate_limit {
      period = "300s"
    }
  }
}

resource "google_monitoring_alert_policy" "key_text_read" {
  for_each              = toset(var.key_projects)
  project               = each.value
  display_name          = "The text of an API key was read"
  combiner              = "OR"
  notification_channels = var.notification_channels

  conditions {
    display_name = "GetKeyString"
    condition_matched_log {
      filter = <<-EOT
        protoPayload.methodName="google.api.apikeys.v2.ApiKeys.GetKeyString"
        protoPayload.authenticationInfo.principalEmail!="${google_service_account.worker.email}"
      EOT
    }
  }

  alert_strategy {
    notification_rate_limit {
      period = "300s"
    }
  }
}

# Reads of secrets and of key strings are Data Access logs, which are off unless asked for.
resource "google_project_iam_audit_config" "keys" {
  for_each = {
    for pair in setproduct(var.key_projects, ["secretmanager.googleapis.com", "apikeys.googleapis.com"]) :
    "${pair[0]}/${pair[1]}" => pair
  }
  project = each.value[0]
  service = each.value[1]

  audit_log_config {
    log_type = "DATA_READ"
  }
}
