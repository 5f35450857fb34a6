"""Fixes: asked for, decided, done at Google, and watched until calls work."""
