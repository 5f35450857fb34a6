"""Message shortcuts: one file a `callback_id`."""
