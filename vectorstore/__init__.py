"""Keeps passages and finds them again: the record in SQL, and indexes made from it."""
