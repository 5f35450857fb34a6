"""Nouns and rules: pure, and the same whatever stands around them."""
