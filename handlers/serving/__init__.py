"""Serve workspaces: the one of a bot token, or all where the app is installed."""
