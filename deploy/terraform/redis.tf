# Valkey with every write on disk. Memorystore has no users of its own for the roles: whoever reaches it may do all.
# Where that is not enough, run deploy/redis (a user for each role) and set redis = "existing".
resource "google_memorystore_instance" "redis" {
  count                       = var.redis == "memorystore" ? 1 : 0
  instance_id                 = "gemini-key-bot"
  location                    = var.region
  engine_version              = "VALKEY_8_0"
  mode                        = "CLUSTER_DISABLED"
  shard_count                 = 1
  replica_count               = 1
  node_type                   = "SHARED_CORE_NANO"
  transit_encryption_mode     = "SERVER_AUTHENTICATION"
  authorization_mode          = "AUTH_DISABLED"
  deletion_protection_enabled = true

  engine_configs = {
    maxmemory-policy = "noeviction"
  }

  persistence_config {
    mode = "AOF"
    aof_config {
      append_fsync = "ALWAYS"
    }
  }

  desired_auto_created_endpoints {
    network    = "projects/${var.project_id}/global/networks/${var.network}"
    project_id = var.project_id
  }

  depends_on = [google_network_connectivity_service_connection_policy.redis]
}

resource "google_network_connectivity_service_connection_policy" "redis" {
  count         = var.redis == "memorystore" ? 1 : 0
  name          = "gemini-key-bot"
  location      = var.region
  service_class = "gcp-memorystore"
  network       = "projects/${var.project_id}/global/networks/${var.network}"

  psc_config {
    subnetworks = ["projects/${var.project_id}/regions/${var.region}/subnetworks/${var.subnetwork}"]
  }

  depends_on = [google_project_service.own]
}
