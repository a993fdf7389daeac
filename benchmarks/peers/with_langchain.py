"""LangChain: its FAISS store, and the ensemble with its BM25 retriever, half and half."""

from __future__ import annotations

from collections.abc import Iterator

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings

from benchmarks.peers.job import DEPTH, Job, Search, first

PACKAGES = ("langchain-community", "langchain-classic", "langchain-huggingface", "rank-bm25")


def prepare(job: Job) -> HuggingFaceEmbeddings:
    """The encoder with the library's defaults."""
    encoder = HuggingFaceEmbeddings(model_name=str(job.model))
    encoder.embed_query("warm up")
    return encoder


def stages(encoder: HuggingFaceEmbeddings, job: Job) -> Iterator[tuple[str, Search]]:
    """Embed and save; then BM25 in memory (it has no way to save it), and the two fused."""
    documents = [Document(page_content=text, metadata={"id": id_}) for id_, text in job.documents]
    store = FAISS.from_documents(documents, encoder)
    store.save_local(str(job.scratch / "index"))

    def dense(query: str) -> list[str]:
        return [found.metadata["id"] for found in store.similarity_search(query, k=job.k)]

    yield "dense", dense
    words = BM25Retriever.from_documents(documents, k=DEPTH)
    vectors = store.as_retriever(search_kwargs={"k": DEPTH})
    fused = EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5], id_key="id")

    def hybrid(query: str) -> list[str]:
        return first([found.metadata["id"] for found in fused.invoke(query)], job.k)

    yield "hybrid", hybrid
