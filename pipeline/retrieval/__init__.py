"""From a problem to related experiences, why they are related, and who found otherwise."""

from pipeline.retrieval.candidates import Candidates, Ranked, Reader
from pipeline.retrieval.counter import counter_experiences
from pipeline.retrieval.measure import measure, where_for, write_trec
from pipeline.retrieval.precedent import precedent
from pipeline.retrieval.search import rank, related_to_experience, search

__all__ = [
    "Candidates",
    "Ranked",
    "Reader",
    "counter_experiences",
    "measure",
    "precedent",
    "rank",
    "related_to_experience",
    "search",
    "where_for",
    "write_trec",
]
