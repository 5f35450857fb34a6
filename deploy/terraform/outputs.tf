output "request_url" {
  description = "For the Slack app's manifest: `gemini-key-bot manifest --http URL`."
  value       = local.on_cloud_run == 1 ? "${google_cloud_run_v2_service.role["slack"].uri}/slack/events" : null
}

output "install_url" {
  description = "With slack_client_id: where an admin of a workspace installs the app (`gemini-key-bot manifest --http URL --oauth`)."
  value       = local.on_cloud_run == 1 && local.deployment == "several" ? "${google_cloud_run_v2_service.role["slack"].uri}/slack/install" : null
}

output "worker_service_account" {
  description = "Annotate Kubernetes' worker service account with it (deploy/kubernetes/overlays/gke)."
  value       = google_service_account.worker.email
}

output "redis_endpoints" {
  description = "Where Redis answers; its URL goes into the secrets gemini-key-bot-redis-url-slack and -worker."
  value       = var.redis == "memorystore" ? google_memorystore_instance.redis[0].endpoints : null
}
