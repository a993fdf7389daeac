"""Whether the community has been in such a place before, by limits measured per encoder."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.records import Precedent
from pipeline.retrieval.candidates import Candidates

SHARE_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """What an encoder's cosines mean.

    From `weak` and `strong` on, a `nearness` is that. `alike` is the cosine that 19 of 20
    pairs of experiences picked by chance stay below, `counter` the nearness that one of a pair
    needs: less than `weak`, for its partner already has that. `reads_meaning` is False when
    nothing is known of an encoder's cosines, so that only shared words count.
    """

    weak: float
    strong: float
    counter: float
    alike: float
    reads_meaning: bool = True


LIMITS: Mapping[str, Limits] = {
    "all-MiniLM-L6-v2": Limits(weak=0.45, strong=0.65, counter=0.36, alike=0.37),
    "words-512": Limits(weak=0.45, strong=0.55, counter=0.32, alike=0.19),
}
"""Set on training questions of a forum (SemEval-2016) and of a journal's readers (CACM).

Of 319 problems asked of the other set, where nothing can match, 2 of 100 reach `weak` with
MiniLM (3 with word counts) and none reaches `strong` (1 with word counts). Of forum problems
that reach `strong`, 8 of 10 have an experience among the first ten that people judged related.
`alike` is from the sample community; with `counter` as it is, half of 119 problems told by one
experience of a contradicting pair find the other with MiniLM.
"""

UNKNOWN = Limits(weak=0.14, strong=math.inf, counter=0.14, alike=0.0, reads_meaning=False)
"""For other encoders: shared words alone, and never more than weak."""


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


def limits_of(encoder: str) -> Limits:
    """The limits of an encoder; cautious ones when it has not been measured."""
    return LIMITS.get(encoder, UNKNOWN)


def nearness(cosine: float, share: float, limits: Limits) -> float:
    """How near a passage is: its cosine plus half the share of the problem's words it has."""
    return (max(cosine, 0.0) if limits.reads_meaning else 0.0) + SHARE_WEIGHT * share
