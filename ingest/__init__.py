"""Files in, positioned chunks out."""
