"""Reflection questions: assembled from evidence, gated, judged, chosen, and worded by a model."""
