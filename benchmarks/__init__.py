"""Measurements, run by hand: each script prints what it measured and how to repeat it."""
