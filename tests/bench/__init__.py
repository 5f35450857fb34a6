"""Measure the promised numbers against their anchors in one run: `python -m tests.bench`."""
