"""A small Slack and a small Google Cloud on loopback, strict as the real ones; no code of the service."""
