"""The search, measured: how fast and how large at a million chunks, and how good beside rivals."""
