"""Topics of a community, kept on disk until its experiences change."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.access import require, visible
from pipeline.errors import NothingFound
from pipeline.flow.indexing import catch_up
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.records import Experience, Outcome, Where, digest
from pipeline.store import Facets
from pipeline.topics import TOPICS_VERSION, TopicMap, map_topics

EVERYTHING = Where()
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


def facets(workspace: Workspace) -> Facets:
    """What there is to filter by, with counts."""
    require(workspace.actor, "read")
    return workspace.store.facets()


def experience(workspace: Workspace, id: str) -> Experience:  # noqa: A002 - the word for it
    """One experience.

    Raises:
        NothingFound: There is none with this id.
    """
    require(workspace.actor, "read")
    return workspace.store.experience(id)


def experiences(workspace: Workspace, ids: Sequence[str]) -> dict[str, Experience]:
    """The experiences with these ids, those that exist, by id."""
    require(workspace.actor, "read")
    return workspace.store.experiences(ids)


def outcomes(workspace: Workspace, ids: Sequence[str]) -> dict[str, tuple[Outcome, ...]]:
    """Ledger entries by experience, oldest first."""
    require(workspace.actor, "read")
    return workspace.store.outcomes(ids)


def browse(
    workspace: Workspace, *, where: Where = EVERYTHING, limit: int = 50, offset: int = 0
) -> tuple[Experience, ...]:
    """Experiences that the filter lets through, newest first."""
    seen = visible(workspace.actor, where)
    return tuple(workspace.store.all_experiences(seen, limit=limit, offset=offset))


def count(workspace: Workspace, where: Where = EVERYTHING) -> int:
    """How many experiences the filter lets through."""
    return workspace.store.count(visible(workspace.actor, where))


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
