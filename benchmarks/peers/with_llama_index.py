"""LlamaIndex: VectorStoreIndex on faiss, and reciprocal-rank fusion with its BM25 retriever."""

from __future__ import annotations

from collections.abc import Iterator

import faiss
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import BaseRetriever, QueryFusionRetriever
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

from benchmarks.peers.job import DEPTH, Job, Search, first

PACKAGES = (
    "llama-index-core",
    "llama-index-embeddings-huggingface",
    "llama-index-vector-stores-faiss",
    "llama-index-retrievers-bm25",
)


def prepare(job: Job) -> HuggingFaceEmbedding:
    """The encoder with the library's defaults."""
    encoder = HuggingFaceEmbedding(model_name=str(job.model))
    encoder.get_text_embedding("warm up")
    return encoder


def stages(encoder: HuggingFaceEmbedding, job: Job) -> Iterator[tuple[str, Search]]:
    """Split, embed and persist; then BM25 over the same nodes, and the two fused.

    Inner product on unit vectors, because its fusion reads a higher score as better.
    """
    dimension = len(encoder.get_text_embedding("warm up"))
    store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(dimension))
    index = VectorStoreIndex.from_documents(
        [Document(text=text, id_=id_) for id_, text in job.documents],
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=encoder,
    )
    index.storage_context.persist(str(job.scratch / "index"))
    yield "dense", _search(index.as_retriever(similarity_top_k=job.k), job)
    words = BM25Retriever.from_defaults(
        nodes=list(index.docstore.docs.values()), similarity_top_k=DEPTH
    )
    words.persist(str(job.scratch / "bm25"))
    fused = QueryFusionRetriever(
        [index.as_retriever(similarity_top_k=DEPTH), words],
        llm=MockLLM(),
        mode="reciprocal_rerank",
        num_queries=1,
        similarity_top_k=2 * job.k,
        use_async=False,
    )
    yield "hybrid", _search(fused, job)


def _search(retriever: BaseRetriever, job: Job) -> Search:
    def search(query: str) -> list[str]:
        return first([found.node.ref_doc_id for found in retriever.retrieve(query)], job.k)

    return search
