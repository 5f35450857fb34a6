"""Slack, both directions: its payloads in, its messages out. What to do is decided in `bot`."""
