"""Buttons: one file an `action_id`."""
