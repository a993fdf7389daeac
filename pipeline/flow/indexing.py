"""Keep the index in step with the store: embed what is new, drop what is gone."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import replace

from pipeline.access import require
from pipeline.embeddings.embed import embed
from pipeline.errors import StoreBusy
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.index.base import IndexRow, RowChange, Vector
from pipeline.records import Experience, Passage
from pipeline.reports import IndexReport

LOCK_WAIT = 10.0  # seconds
AT_ONCE = 2048  # passages embedded between two commits of the index


def index_community(
    workspace: Workspace, *, rebuild: bool = False, progress: Progress = silent
) -> IndexReport:
    """Bring the index up to date with the store.

    Work is committed as it goes, and vectors are cached: a run that was killed is continued.

    Args:
        workspace: The community.
        rebuild: Throw the index away first; needed after a change of encoder.
        progress: Called after each portion.

    Raises:
        StoreBusy: Another process is writing to this community.
        IndexMismatch: The index was built by another encoder and `rebuild` is False.
    """
    require(workspace.actor, "index")
    began = time.perf_counter()
    workspace.warm(progress)
    with workspace.turn, workspace.store.database.writing():
        if rebuild:
            _throw_away(workspace)
        done = _synchronise(workspace, progress)
    report = replace(done, rebuilt=rebuild, seconds=time.perf_counter() - began)
    if report.embedded or report.cached or report.deleted or rebuild:
        workspace.store.record_run(
            "index",
            actor=workspace.actor.name,
            seconds=report.seconds,
            detail={"passages": report.passages, "embedded": report.embedded},
        )
    return report


def catch_up(workspace: Workspace, *, progress: Progress = silent) -> None:
    """Make sure that what was committed is found; costs one look when nothing changed.

    When another process is writing at this moment, the index is used as it is.
    """
    version = workspace.store.database.version()
    if version == workspace.indexed_version:
        return
    workspace.warm(progress)
    with workspace.turn:
        workspace.reopen_index()
        try:
            with workspace.store.database.writing():
                _synchronise(workspace, progress)
        except StoreBusy:
            return
        workspace.indexed_version = version


def refresh_rows(workspace: Workspace, ids: Sequence[str]) -> None:
    """Write changed facts of experiences (outcome, tags) into the index, without embedding."""
    changes = [
        RowChange(
            experience=found.id,
            created=found.date,
            discipline=found.discipline,
            tags=found.tags,
            outcome=found.status,
            author=found.author,
            source=found.source,
        )
        for found in workspace.store.experiences(ids).values()
    ]
    with workspace.turn, workspace.store.database.writing(wait=LOCK_WAIT):
        workspace.index.update_rows(changes)


def passage_text(title: str, passage: str) -> str:
    r"""The text that is embedded for a passage: its experience's title, then its own words.

    >>> passage_text("Fire", "The alarm was off.")
    'Fire\nThe alarm was off.'
    """
    return passage if passage.startswith(title) else f"{title}\n{passage}"


def _throw_away(workspace: Workspace) -> None:
    piece = workspace.__dict__.pop("index", None)
    if piece is not None:
        piece.close()
    shutil.rmtree(workspace.index_folder, ignore_errors=True)


def _synchronise(workspace: Workspace, progress: Progress) -> IndexReport:
    version = workspace.store.database.version()
    wanted = workspace.store.passage_ids()
    there = workspace.index.ids()
    gone = there - wanted
    if gone:
        workspace.index.delete(ids=sorted(gone))
    missing = sorted(wanted - there)
    embedded = cached = 0
    for start in range(0, len(missing), AT_ONCE):
        portion = missing[start : start + AT_ONCE]
        done = _add(workspace, portion, before=start, total=len(missing), progress=progress)
        embedded, cached = embedded + done[0], cached + done[1]
    workspace.indexed_version = version
    return IndexReport(
        passages=len(wanted),
        embedded=embedded,
        cached=cached,
        deleted=len(gone),
        encoder=workspace.encoder.id,
    )


def _add(
    workspace: Workspace, ids: Sequence[int], *, before: int, total: int, progress: Progress
) -> tuple[int, int]:
    passages = workspace.store.passages(ids)
    experiences = workspace.store.experiences(sorted({p.experience for p in passages.values()}))
    ordered = [passages[id_] for id_ in ids]
    texts = [passage_text(experiences[p.experience].title, p.text) for p in ordered]

    def told(done: int, _whole: int) -> None:
        progress("Embedding", before + done, total)

    result = embed(texts, workspace.encoder, cache=workspace.cache, progress=told)
    workspace.index.upsert(
        [
            _row(passage, experiences[passage.experience], text=text, vector=vector)
            for passage, text, vector in zip(ordered, texts, result.vectors, strict=True)
        ]
    )
    progress("Embedding", before + len(ids), total)
    return result.computed, result.cached


def _row(passage: Passage, experience: Experience, *, text: str, vector: Vector) -> IndexRow:
    return IndexRow(
        id=passage.id,
        experience=experience.id,
        vector=vector,
        text=text,
        created=experience.date,
        discipline=experience.discipline,
        tags=experience.tags,
        outcome=experience.status,
        author=experience.author,
        source=experience.source,
    )
