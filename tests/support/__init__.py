"""Builders of the worlds that tests act in."""
