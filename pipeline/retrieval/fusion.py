"""One score for a passage from its cosine and its BM25 score."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.index.base import IndexHit
from pipeline.retrieval.candidates import Scored

DENSE_SHARE = 0.7


def fuse(
    hits: Sequence[IndexHit], *, scale: float | None = None, dense_share: float = DENSE_SHARE
) -> list[Scored]:
    """Passages by fused score, best first; ties by cosine, then by id.

    The score is `dense_share` times the cosine plus the rest times BM25 as a fraction of the
    best BM25 among the hits, so it lies between 0 and 1. The cosine is taken as it is: a search
    in which nothing is near in meaning cannot reach a high score through its ranks alone.

    Args:
        hits: Passages with both scores; a score that is missing counts as 0.
        scale: Best BM25 of the search; taken from the hits when not given.
        dense_share: Weight of the cosine, 0 to 1.

    >>> hits = [IndexHit(1, "a", 0.2, 8.0), IndexHit(2, "b", 0.8, 4.0)]
    >>> [(s.id, round(s.score, 2)) for s in fuse(hits)]
    [(2, 0.71), (1, 0.44)]
    """
    top = lexical_scale(hits) if scale is None else scale
    per_point = (1.0 - dense_share) / top if top > 0 else 0.0
    scored = []
    for hit in hits:
        dense, lexical = hit.dense or 0.0, hit.lexical or 0.0
        nearness = min(max(dense, 0.0), 1.0)
        words = min(lexical * per_point, 1.0 - dense_share)
        score = dense_share * nearness + words
        scored.append(Scored(hit.id, hit.experience, score, dense, lexical))
    scored.sort(key=lambda s: (-s.score, -s.dense, s.id))
    return scored


def lexical_scale(hits: Sequence[IndexHit]) -> float:
    """The best BM25 score among the hits; 0 when no hit shares a word."""
    return max((hit.lexical or 0.0 for hit in hits), default=0.0)
