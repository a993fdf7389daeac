"""doubleloop, as `doubleloop import`, `index` and `ask` do it."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.peers.job import Job, Search, first
from pipeline.flow.asking import ask, reader
from pipeline.flow.importing import import_source
from pipeline.flow.indexing import index_community
from pipeline.flow.workspace import Workspace
from pipeline.retrieval.search import rank
from pipeline.settings import Settings
from pipeline.sources.registry import connectors

PACKAGES = ("doubleloop", "sentence-transformers", "faiss-cpu", "torch")
SOURCE = "corpus"


def prepare(job: Job) -> Workspace:
    """A new community in a data folder of its own, so that nothing is cached.

    The modules of all connectors are loaded, as every module of the other libraries is.
    """
    connectors()
    settings = Settings(home=job.scratch, encoder=str(job.model), chat_model="none")
    workspace = Workspace(settings, "peers", create=True)
    workspace.encoder.encode(["warm up"])
    return workspace


def stages(workspace: Workspace, job: Job) -> Iterator[tuple[str, Search]]:
    """The whole answer of `ask`, then the ranking inside it alone.

    Ingest reads the files, cleans, takes personal data out, splits, commits and indexes.
    """
    import_source(workspace, job.folder, format="beir", source=SOURCE)
    index_community(workspace)
    keys = {id_: key for key, id_ in workspace.store.keys(SOURCE).items()}

    def answer(query: str) -> list[str]:
        found = ask(workspace, query, k=job.k).related
        ids = [id_ for one in found for id_ in (one.experience.id, *one.duplicates)]
        return first([keys[id_] for id_ in ids], job.k)

    yield "ask", answer
    read = reader(workspace)

    def ranking(query: str) -> list[str]:
        ranked = rank(
            query, index=workspace.index, encoder=workspace.encoder, read=read, k=job.k
        )  # fmt: skip
        return [keys[id_] for id_, _ in ranked]

    yield "ranking only", ranking
    workspace.close()
