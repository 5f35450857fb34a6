"""The service: the same behind any chat."""
