"""Haystack: pipelines on its in-memory store (dense, and fused with BM25) or on its faiss store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.retrievers.faiss import FAISSEmbeddingRetriever
from haystack_integrations.document_stores.faiss import FAISSDocumentStore

from benchmarks.peers.job import DEPTH, Job, Search

PACKAGES = ("haystack-ai", "sentence-transformers-haystack", "faiss-haystack")


def prepare(job: Job) -> SentenceTransformersDocumentEmbedder:
    """The encoder of documents with the library's defaults; it shares the weights of queries."""
    embedder = SentenceTransformersDocumentEmbedder(model=str(job.model), progress_bar=False)
    embedder.warm_up()
    embedder.run([Document(content="warm up")])
    return embedder


def stages(
    embedder: SentenceTransformersDocumentEmbedder, job: Job
) -> Iterator[tuple[str, Search]]:
    """The store that its guides begin with. It counts words for BM25 as it writes."""
    store = InMemoryDocumentStore()
    store.write_documents(embedder.run(_documents(job))["documents"])
    store.save_to_disk(str(job.scratch / "store.json"))
    dense = _dense(job.model, InMemoryEmbeddingRetriever(store, top_k=job.k))
    yield "dense", _search(dense, "retriever", word_query=False)
    hybrid = _dense(job.model, InMemoryEmbeddingRetriever(store, top_k=DEPTH))
    hybrid.add_component("words", InMemoryBM25Retriever(store, top_k=DEPTH))
    hybrid.add_component(
        "joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=job.k)
    )  # fmt: skip
    hybrid.connect("retriever", "joiner")
    hybrid.connect("words", "joiner")
    yield "hybrid", _search(hybrid, "joiner", word_query=True)


def stages_faiss(
    embedder: SentenceTransformersDocumentEmbedder, job: Job
) -> Iterator[tuple[str, Search]]:
    """The faiss store, which searches faster and has no BM25."""
    dimension = len(embedder.run([Document(content="warm up")])["documents"][0].embedding)
    store = FAISSDocumentStore(index_path=str(job.scratch / "store"), embedding_dim=dimension)
    store.write_documents(embedder.run(_documents(job))["documents"])
    store.save(job.scratch / "store")
    retriever = FAISSEmbeddingRetriever(document_store=store, top_k=job.k)
    yield "dense, faiss", _search(_dense(job.model, retriever), "retriever", word_query=False)


def _documents(job: Job) -> list[Document]:
    return [Document(id=id_, content=text) for id_, text in job.documents]


def _dense(model: Path, retriever: object) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component(
        "encoder", SentenceTransformersTextEmbedder(model=str(model), progress_bar=False)
    )
    pipeline.add_component("retriever", retriever)
    pipeline.connect("encoder.embedding", "retriever.query_embedding")
    return pipeline


def _search(pipeline: Pipeline, last: str, *, word_query: bool) -> Search:
    def search(query: str) -> list[str]:
        data = {"encoder": {"text": query}}
        if word_query:
            data["words"] = {"query": query}
        return [document.id for document in pipeline.run(data)[last]["documents"]]

    return search
