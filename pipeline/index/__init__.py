"""Passages by vector and by words: a narrow seam, a plain reference, and the index on disk."""
