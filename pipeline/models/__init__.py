"""The catalogue of models: where each comes from, its checksum, and fetching it as data."""

from pipeline.models.catalogue import CATALOGUE, ModelEntry, find_entry
from pipeline.models.fetch import add_model, installed, model_path, verify_model

__all__ = [
    "CATALOGUE",
    "ModelEntry",
    "add_model",
    "find_entry",
    "installed",
    "model_path",
    "verify_model",
]
