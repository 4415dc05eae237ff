"""Intervals, tests between runs, and what a sample can show."""
