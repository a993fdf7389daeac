"""Measure retrieval on a labelled set, through the very path that a member's problem takes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.flow.asking import reader
from pipeline.flow.importing import import_source
from pipeline.flow.indexing import index_community
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.records import Where
from pipeline.retrieval.measure import measure, write_trec
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
    with tempfile.TemporaryDirectory(prefix="doubleloop-") as scratch:
        inside = settings.model_copy(update={"home": Path(scratch), "models_dir": settings.models})
        with Workspace(inside, "evaluation", create=True, cache_home=settings.home) as workspace:
            import_source(workspace, folder, format="beir", source=SOURCE, progress=progress)
            index_community(workspace, progress=progress)
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


def _run(
    workspace: Workspace, queries: Sequence[Query], progress: Progress
) -> dict[str, dict[str, float]]:
    ids = workspace.store.keys(SOURCE)
    keys = {id_: key for key, id_ in ids.items()}
    read = reader(workspace)
    run: dict[str, dict[str, float]] = {}
    for number, query in enumerate(queries, start=1):
        own = (ids[query.id],) if query.id in ids else ()
        where = Where(before=query.created, not_ids=own)
        ranked = rank(
            query.text, index=workspace.index, encoder=workspace.encoder, read=read, where=where,
            k=DEPTH,
        )  # fmt: skip
        run[query.id] = {keys[id_]: score for id_, score in ranked}
        if number % 10 == 0 or number == len(queries):
            progress("Asking", number, len(queries))
    if not run:
        raise InputError("There are no queries in this split.")
    return run
