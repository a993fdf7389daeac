"""Whether the community has been in such a place before."""

from __future__ import annotations

from pipeline.records import Precedent
from pipeline.retrieval.candidates import Candidates
from pipeline.retrieval.limits import limits_of, nearness


def precedent(candidates: Candidates, *, encoder: str) -> Precedent:
    """Whether the community has met such a problem.

    "strong": what was found is near enough that a related experience is very likely among it.
    "weak": near enough to read, not to rely on. "none": as near as to any other subject; the
    related experiences are then only the nearest there are.

    Args:
        candidates: What a search found.
        encoder: Id of the encoder that it used.
    """
    limits = limits_of(encoder)
    near = nearness(candidates.cosine, candidates.share, limits)
    if near >= limits.strong:
        return "strong"
    return "weak" if near >= limits.weak else "none"
