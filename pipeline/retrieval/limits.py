"""What the scores of an encoder mean: its weight in fusion, and when a cosine is near."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

SHARE_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """What an encoder's cosines mean.

    `dense_share` is their weight against the words in a fused score, and `floor` the cosine
    that stands for "unrelated" there; None takes the lowest of each search. From `weak` and
    `strong` on, a `nearness` is that. `alike` is the cosine that 19 of 20 pairs of experiences
    picked by chance stay below, `counter` the nearness that one of a pair needs: less than
    `weak`, for its partner already has that. `reads_meaning` is False when nothing is known of
    an encoder's cosines, so that only shared words tell how near a problem is.
    """

    dense_share: float
    floor: float | None
    weak: float
    strong: float
    counter: float
    alike: float
    reads_meaning: bool = True


LIMITS: Mapping[str, Limits] = {
    "all-MiniLM-L6-v2": Limits(
        dense_share=0.7, floor=0.0, weak=0.45, strong=0.65, counter=0.36, alike=0.37
    ),
    "words-512": Limits(
        dense_share=0.2, floor=0.0, weak=0.45, strong=0.55, counter=0.32, alike=0.19
    ),
}
"""The shares in fusion were chosen among fixed ones, and rules that look at each search's
scores, on training questions of two forums (SemEval-2016: nDCG@10 .470 with MiniLM at 0.7,
dense alone .412, words alone .407; Slicer, a sample of 2,913 topics: .396, .355, .340). Trusting
the side whose best scores stand out gained .006 on one and nothing on the other, and on sets
that had no part in the choice it lost .017 twice and gained .010 once. Word counts add nothing
to BM25, which counts the same words (.400 at 0.2, .407 without).

The limits were set on the same forum questions and those of a journal's readers (CACM).
Of 319 problems asked of the other set, where nothing can match, 2 of 100 reach `weak` with
MiniLM (3 with word counts) and none reaches `strong` (1 with word counts). Of forum problems
that reach `strong`, 8 of 10 have an experience among the first ten that people judged related.
`alike` is from the sample community; with `counter` as it is, half of 119 problems told by one
experience of a contradicting pair find the other with MiniLM.
"""

UNKNOWN = Limits(
    dense_share=0.7,
    floor=None,
    weak=0.14,
    strong=math.inf,
    counter=0.14,
    alike=0.0,
    reads_meaning=False,
)
"""For other encoders: shared words alone say how near, and never more than weak."""


def limits_of(encoder: str) -> Limits:
    """The limits of an encoder; cautious ones when it has not been measured."""
    return LIMITS.get(encoder, UNKNOWN)


def nearness(cosine: float, share: float, limits: Limits) -> float:
    """How near a passage is: its cosine plus half the share of the problem's words it has."""
    return (max(cosine, 0.0) if limits.reads_meaning else 0.0) + SHARE_WEIGHT * share
