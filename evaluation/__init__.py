"""Accuracy measured so that it can be trusted: datasets, metrics, statistics, runs, reports."""
