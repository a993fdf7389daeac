"""Measure retrieval on a labelled set, through the very path that a member's problem takes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.flow.asking import reader
from pipeline.flow.importing import import_source
from pipeline.flow.indexing import index_community
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.records import Where
from pipeline.retrieval.measure import measure, where_for, write_trec
from pipeline.retrieval.search import rank
from pipeline.settings import Settings
from pipeline.sources.tables.beir import Query, read_qrels, read_queries

DEPTH = 100  # experiences ranked for each query
SOURCE = "corpus"


@dataclass(frozen=True, slots=True)
class RetrievalEvaluation:
    """Figures of one evaluation, each between 0 and 1, higher is better.

    `queries` were measured; `without_relevant` had no relevant document and were left out.
    """

    name: str
    split: str
    documents: int
    queries: int
    without_relevant: int
    figures: Mapping[str, float]
    encoder: str
    seconds_index: float
    milliseconds_query: float
    run: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Asking:
    """A query of a test collection as a member would ask it, and what may answer it."""

    id: str
    problem: str
    where: Where


def evaluate_retrieval(
    settings: Settings,
    folder: Path,
    *,
    split: str = "test",
    run_file: Path | None = None,
    progress: Progress = silent,
) -> RetrievalEvaluation:
    """Import a folder in BEIR layout into a community of its own, ask every query, measure.

    Where a query carries `created`, only documents strictly older than it are candidates; a
    document with the query's own id never is. The community is temporary; embeddings are
    cached, so that a second evaluation is quick.

    Raises:
        InputError: The folder is not in BEIR layout or has no such split; names those it has.
    """
    queries = read_queries(folder, split)
    qrels = read_qrels(folder, split)
    began = time.perf_counter()
    with collection_community(settings, folder, progress=progress) as workspace:
        indexed = time.perf_counter()
        run = _run(workspace, queries, progress)
        asked = time.perf_counter()
        figures, measured = measure(run, qrels)
        documents = workspace.store.count()
        encoder = workspace.encoder.id
    if run_file is not None:
        write_trec(run, run_file, tag=f"doubleloop-{encoder}")
    return RetrievalEvaluation(
        name=folder.resolve().name,
        split=split,
        documents=documents,
        queries=measured,
        without_relevant=len(queries) - measured,
        figures=figures,
        encoder=encoder,
        seconds_index=indexed - began,
        milliseconds_query=1000 * (asked - indexed) / max(1, len(queries)),
        run=run,
    )


@contextmanager
def collection_community(
    settings: Settings, folder: Path, *, progress: Progress = silent
) -> Iterator[Workspace]:
    """A community of the documents of a test collection, indexed, that is gone afterwards.

    Raises:
        InputError: The folder is not in BEIR layout.
    """
    with tempfile.TemporaryDirectory(prefix="doubleloop-") as scratch:
        inside = settings.model_copy(update={"home": Path(scratch), "models_dir": settings.models})
        with Workspace(inside, "evaluation", create=True, cache_home=settings.home) as workspace:
            import_source(workspace, folder, format="beir", source=SOURCE, progress=progress)
            index_community(workspace, progress=progress)
            yield workspace


def askings(workspace: Workspace, queries: Sequence[Query]) -> Iterator[Asking]:
    """The queries as problems of members: a title stands on a line of its own.

    Args:
        workspace: A community from `collection_community`.
        queries: From the same test collection.
    """
    ids = workspace.store.keys(SOURCE)
    for query in queries:
        yield Asking(query.id, _told(query), where_for(query.created, ids.get(query.id)))


def documents_of(workspace: Workspace) -> dict[str, str]:
    """The id that the test collection has for each experience."""
    return {id_: key for key, id_ in workspace.store.keys(SOURCE).items()}


def _told(query: Query) -> str:
    title = query.title.strip()
    rest = query.text.strip().removeprefix(title).strip()
    apart = title and rest and rest != query.text.strip()
    return f"{title}\n{rest}" if apart else query.text


def _run(
    workspace: Workspace, queries: Sequence[Query], progress: Progress
) -> dict[str, dict[str, float]]:
    keys = documents_of(workspace)
    read = reader(workspace)
    run: dict[str, dict[str, float]] = {}
    for number, asking in enumerate(askings(workspace, queries), start=1):
        ranked = rank(
            asking.problem, index=workspace.index, encoder=workspace.encoder, read=read,
            where=asking.where, k=DEPTH,
        )  # fmt: skip
        run[asking.id] = {keys[id_]: score for id_, score in ranked}
        if number % 10 == 0 or number == len(queries):
            progress("Asking", number, len(queries))
    if not run:
        raise InputError("There are no queries in this split.")
    return run
