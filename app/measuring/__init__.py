"""Measuring from a page: sets, orders, a process that carries them out, results in words."""
