"""What the service can do, one module a verb. Each takes the desk first, then what was said."""
