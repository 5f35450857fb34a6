"""Choices that are looked up as people type: one file an `action_id`."""
