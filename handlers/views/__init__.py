"""Submitted forms: one file a `callback_id`."""
