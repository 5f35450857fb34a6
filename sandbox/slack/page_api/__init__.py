"""Serve the page and its API."""
