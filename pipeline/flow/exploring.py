"""Topics of a community, kept on disk until its experiences change."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.access import require, visible
from pipeline.basics import digest
from pipeline.documents.build import experience_id
from pipeline.errors import NothingFound
from pipeline.flow.indexing import catch_up
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.index.base import Matrix
from pipeline.records import Experience, Link, Outcome, Where
from pipeline.store import Facets as Facets

if TYPE_CHECKING:
    from pipeline.topics.topic_map import TopicMap

EVERYTHING = Where()
FEWEST = 5  # experiences below which there are no topics


def topic_map(workspace: Workspace, *, progress: Progress = silent) -> TopicMap:
    """Topics with their members and a two-dimensional layout; computed when data changed.

    Raises:
        NothingFound: There are fewer than five experiences.
    """
    from pipeline.topics.topic_map import TOPICS_VERSION, map_topics

    require(workspace.actor, "read")
    catch_up(workspace, progress=progress)
    made_from = digest(workspace.store.database.version(), workspace.encoder.id, TOPICS_VERSION)
    path = workspace.folder / "topics.json"
    kept = _read(path, made_from)
    if kept is not None:
        return kept
    there = workspace.store.count()
    if there < FEWEST:
        raise NothingFound(
            f"{workspace.community} has {there} experiences; topics need at least {FEWEST}."
        )
    progress("Finding topics", 0, there)
    everything = list(workspace.store.all_experiences())
    texts = [f"{e.title}\n{e.text}" for e in everything]
    order = [e.id for e in everything]
    found = map_topics(order, _vectors(workspace, order), texts)
    progress("Finding topics", there, there)
    write_whole(path, found.to_json(made_from))
    return found


def linked(workspace: Workspace, experience: Experience) -> list[tuple[Link, Experience | None]]:
    """What its source says it is a duplicate of, replaces, requires or speaks of.

    Each link with the experience that it leads to, or None where that is not here.
    """
    require(workspace.actor, "read")
    scope = f"{workspace.community}/{experience.source}"
    ids = [experience_id(scope, link.target) for link in experience.links]
    there = workspace.store.experiences(ids)
    return [(link, there.get(id_)) for link, id_ in zip(experience.links, ids, strict=True)]


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


def topics_csv(workspace: Workspace, found: TopicMap) -> str:
    """Every experience with its topic as a table for a spreadsheet, topics largest first."""
    ids = [member for topic in found.topics for member in topic.members]
    known = workspace.store.experiences(ids)
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(
        ["topic", "keywords", "experience", "title", "field", "date", "outcome", "origin"]
    )
    for topic in found.topics:
        for member in topic.members:
            one = known[member]
            day = one.date.date().isoformat() if one.date else ""
            cells = [topic.id, ", ".join(topic.keywords), one.id, one.title]
            rows.writerow(
                [
                    _inert(str(cell))
                    for cell in (*cells, one.discipline or "", day, one.status, one.origin)
                ]
            )
    return file.getvalue()


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def write_whole(path: Path, text: str) -> None:
    """Write a derived file so that a reader sees the old one or the new one, never half."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _vectors(workspace: Workspace, order: list[str]) -> Matrix:
    """One vector for each experience: the mean of its passages' vectors, of length 1."""
    owners = workspace.store.passage_owners()
    place = {id_: row for row, id_ in enumerate(order)}
    ids = [passage for passage, owner in owners.items() if owner in place]
    found = workspace.index.vectors(ids)
    sums = np.zeros((len(order), found.shape[1]), dtype=np.float32)
    np.add.at(sums, [place[owners[passage]] for passage in ids], found)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    means: Matrix = (sums / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return means


def _read(path: Path, made_from: str) -> TopicMap | None:
    from pipeline.topics.topic_map import TopicMap

    try:
        return TopicMap.from_json(path.read_text(encoding="utf-8"), made_from)
    except (OSError, ValueError):
        return None
