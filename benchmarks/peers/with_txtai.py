"""txtai: its own pooling on transformers, faiss, and its BM25 where the index is hybrid."""

from __future__ import annotations

from collections.abc import Iterator

from txtai import Embeddings

from benchmarks.peers.job import Job, Search

PACKAGES = ("txtai", "transformers", "faiss-cpu", "torch")


def prepare(job: Job) -> Embeddings:
    """An index of vectors with the library's defaults."""
    return _loaded(Embeddings(path=str(job.model)))


def prepare_hybrid(job: Job) -> Embeddings:
    """The same with `hybrid=True`: vectors and BM25, weighed half and half."""
    return _loaded(Embeddings(path=str(job.model), hybrid=True))


def stages(embeddings: Embeddings, job: Job) -> Iterator[tuple[str, Search]]:
    """Index, save; one search."""
    embeddings.index((id_, text, None) for id_, text in job.documents)
    embeddings.save(str(job.scratch / "index"))

    def search(query: str) -> list[str]:
        return [id_ for id_, _ in embeddings.search(query, job.k)]

    yield ("hybrid" if embeddings.config.get("hybrid") else "dense"), search


def _loaded(embeddings: Embeddings) -> Embeddings:
    embeddings.batchtransform(["warm up"])
    return embeddings
