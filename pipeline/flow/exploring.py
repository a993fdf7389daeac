"""Topics of a community, kept on disk until its experiences change."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from pipeline.access import require
from pipeline.errors import NothingFound
from pipeline.flow.indexing import catch_up
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.records import digest
from pipeline.topics import TOPICS_VERSION, TopicMap, map_topics

FEWEST = 5  # experiences below which there are no topics


def topic_map(workspace: Workspace, *, progress: Progress = silent) -> TopicMap:
    """Topics with their members and a two-dimensional layout; computed when data changed.

    Raises:
        NothingFound: There are fewer than five experiences.
    """
    require(workspace.actor, "read")
    catch_up(workspace, progress=progress)
    made_from = digest(
        workspace.store.database.version(), workspace.encoder.id, TOPICS_VERSION
    )
    path = workspace.folder / "topics.json"
    kept = _read(path, made_from)
    if kept is not None:
        return kept
    ids = workspace.store.ids()
    if len(ids) < FEWEST:
        raise NothingFound(
            f"{workspace.community} has {len(ids)} experiences; topics need at least {FEWEST}."
        )
    progress("Finding topics", 0, len(ids))
    texts = [f"{e.title}\n{e.text}" for e in workspace.store.all_experiences()]
    order = [e.id for e in workspace.store.all_experiences()]
    found = map_topics(order, _vectors(workspace, order), texts)
    progress("Finding topics", len(ids), len(ids))
    write_whole(path, found.to_json(made_from))
    return found


def write_whole(path: Path, text: str) -> None:
    """Write a derived file so that a reader sees the old one or the new one, never half."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _vectors(workspace: Workspace, order: list[str]) -> np.ndarray:
    return workspace.index.experience_vectors(order)


def _read(path: Path, made_from: str) -> TopicMap | None:
    try:
        return TopicMap.from_json(path.read_text(encoding="utf-8"), made_from)
    except (OSError, ValueError):
        return None
