"""The metrics: each file turns results of one system into ``Metric`` values."""
