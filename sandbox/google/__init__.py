"""A strict small Google Cloud on loopback."""
