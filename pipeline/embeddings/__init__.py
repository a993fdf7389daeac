"""Texts to vectors: encoders, a cache on disk, and the terms that lexical search counts."""
