"""Bring what people do to the app, over signed HTTP or Socket Mode, and take its answer."""
