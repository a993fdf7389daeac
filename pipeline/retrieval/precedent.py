"""Whether the community has been in such a place before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.records import Precedent
from pipeline.retrieval.candidates import Candidates


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a precedent is strong or weak.

    Both are compared with `nearness`; the calibration is told in `LIMITS`.
    """

    strong: float
    weak: float
    covered: float = 0.5


LIMITS: Mapping[str, Limits] = {}
OTHERS = Limits(strong=0.6, weak=0.4)


def precedent(candidates: Candidates, *, encoder: str) -> Precedent:
    """Strong, weak or none."""
    limits = LIMITS.get(encoder, OTHERS)
    near = nearness(candidates.cosine, candidates.coverage)
    if near >= limits.strong:
        return "strong"
    return "weak" if near >= limits.weak else "none"


def nearness(cosine: float, coverage: float) -> float:
    """How near the nearest experience is, from 0 to 1: the mean of its two signs."""
    return (max(0.0, min(cosine, 1.0)) + coverage) / 2
