"""One score for a passage from its cosine and its BM25 score."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.index.base import IndexHit
from pipeline.retrieval.candidates import Scored
from pipeline.retrieval.limits import UNKNOWN, Limits

USUAL_COVER = 0.4
"""Share of a problem's words (rare ones count more) that the best passage of a search has when
the words count for as much as `Limits.dense_share` leaves them."""


def fuse(
    hits: Sequence[IndexHit],
    limits: Limits = UNKNOWN,
    *,
    scale: float | None = None,
    ceiling: float | None = None,
) -> list[Scored]:
    """Passages by fused score, best first; ties by cosine, then by id.

    The score is `limits.dense_share` times the cosine, plus the rest times BM25 as a fraction
    of the best BM25 among the hits, so it lies between 0 and 1. The cosine of a measured
    encoder is taken as it is: where nothing is near in meaning, no score is high through its
    rank alone. That of another encoder is first spread from the lowest of the search to 1.

    Args:
        hits: Passages with both scores; a score that is missing counts as 0.
        limits: What is known of the encoder.
        scale: Best BM25 of the search; taken from the hits when not given.
        ceiling: BM25 of a passage that had all of the problem's words to the full. When it is
            given, words count for less where even the best passage has few of them, as it is
            with long stories, and for more where it has many.

    >>> hits = [IndexHit(1, "a", 0.0, 8.0), IndexHit(2, "b", 0.8, 4.0)]
    >>> [(s.id, round(s.score, 2)) for s in fuse(hits)]
    [(2, 0.71), (1, 0.3)]
    """
    top = lexical_scale(hits) if scale is None else scale
    floor = limits.floor
    if floor is None:
        floor = min((hit.dense or 0.0 for hit in hits), default=0.0)
    dense_share = limits.dense_share
    if ceiling is not None:
        dense_share = _by_cover(dense_share, top / ceiling if ceiling > 0 else 0.0)
    lexical_share = 1.0 - dense_share
    per_cosine = dense_share / max(1.0 - floor, 1e-6)
    per_point = lexical_share / top if top > 0 else 0.0
    scored = []
    for hit in hits:
        dense, lexical = hit.dense or 0.0, hit.lexical or 0.0
        meaning = min(max(dense - floor, 0.0) * per_cosine, dense_share)
        score = meaning + min(lexical * per_point, lexical_share)
        scored.append(Scored(hit.id, hit.experience, score, dense, lexical))
    scored.sort(key=lambda s: (-s.score, -s.dense, s.id))
    return scored


def lexical_scale(hits: Sequence[IndexHit]) -> float:
    """The best BM25 score among the hits; 0 when no hit shares a word."""
    return max((hit.lexical or 0.0 for hit in hits), default=0.0)


def _by_cover(dense_share: float, cover: float) -> float:
    """The share of meaning when the best passage has this share of the problem's words."""
    words = (1.0 - dense_share) * math.sqrt(min(max(cover, 0.0), 1.0) / USUAL_COVER)
    return dense_share / (dense_share + words) if dense_share > 0 else 0.0
