"""Events: one file an event type."""
