"""Finds the connectors: every module below this folder that has a `CONNECTOR`."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

import pipeline.sources
from pipeline.errors import InputError, UnreadableSource
from pipeline.sources.base import Connector
from pipeline.sources.reading.files import look_at

SURE_ENOUGH = 0.2
"""Below this confidence a path counts as not recognised."""


@cache
def connectors() -> tuple[Connector, ...]:
    """All connectors, sorted by name."""
    below = pkgutil.walk_packages(pipeline.sources.__path__, "pipeline.sources.")
    modules = [import_module(module.name) for module in below if not module.ispkg]
    found = [module.CONNECTOR for module in modules if hasattr(module, "CONNECTOR")]
    return tuple(sorted(found, key=lambda connector: connector.name))


def connector(name: str) -> Connector:
    """The connector of that name.

    Raises:
        InputError: There is none; names those there are.
    """
    for found in connectors():
        if found.name == name:
            return found
    names = ", ".join(found.name for found in connectors())
    raise InputError(f"There is no format {name!r}.", hint=f"Use auto or one of: {names}.")


def recognise(path: Path) -> Connector:
    """The connector that is most sure of a file or folder, judged by its content.

    Raises:
        UnreadableSource: The path is missing, empty or not text, or no connector knows it;
            names the formats that were tried.
    """
    sample = look_at(path)
    scores = [(found.recognise(sample), found) for found in connectors()]
    score, best = max(scores, key=lambda pair: pair[0])
    if score >= SURE_ENOUGH:
        return best
    names = ", ".join(found.name for found in connectors())
    raise UnreadableSource(
        sample.problem or f"{path} has no format that is known here.",
        hint=f"Tried: {names}. Choose one with --format if it should be readable.",
    )
