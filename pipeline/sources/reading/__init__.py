"""Bytes to lines, records and members: what every connector reads with."""
