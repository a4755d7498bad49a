"""Rows past the session: statements compiled once, objects that it does not follow, many rows at once."""
