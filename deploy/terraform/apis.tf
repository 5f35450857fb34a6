locals {
  own_apis = [
    "apikeys.googleapis.com",
    "cloudbilling.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "memorystore.googleapis.com",
    "monitoring.googleapis.com",
    "networkconnectivity.googleapis.com",
    "orgpolicy.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "serviceusage.googleapis.com",
  ]
  # The Gemini API itself is enabled by the bot, when the first key of a project is approved.
  key_apis = [
    "apikeys.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "secretmanager.googleapis.com",
    "serviceusage.googleapis.com",
  ]
}

# Google: calls of a service account count for its own project, so the APIs it calls must be on there too.
resource "google_project_service" "own" {
  for_each           = toset(local.own_apis)
  project            = var.project_id
  service            = each.value
  disable_on_destroy = false
}

resource "google_project_service" "keys" {
  for_each = {
    for pair in setproduct(var.key_projects, local.key_apis) : "${pair[0]}/${pair[1]}" => pair
  }
  project            = each.value[0]
  service            = each.value[1]
  disable_on_destroy = false
}
