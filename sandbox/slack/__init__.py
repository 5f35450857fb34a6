"""Be a strict small Slack on loopback: what the real one refuses, this one refuses too."""
