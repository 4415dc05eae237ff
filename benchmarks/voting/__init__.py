"""Whether votes are counted as they should be, and what adaptive stopping saves."""
