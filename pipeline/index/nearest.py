"""The nearest rows of several segments by cosine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.index.base import Matrix, Vector
from pipeline.index.columns import Mask, Slots
from pipeline.index.places import Places
from pipeline.index.segment import Segment
from pipeline.index.vectors import SLACK

Scores: TypeAlias = NDArray[np.float64]

DECIMALS = 6
"""Scores are rounded to this, so that equal rows have equal scores whatever computed them."""
FURTHER = 3
"""So many times more candidates are looked at when rows tie for the last place."""
TIED_BELOW = 10
"""When rows tie beyond what the lists bring in, all are compared unless they are this many times
more than are compared anyway: which of very many equal rows come out is then left to the lists."""


class Nearest:
    """A search for the nearest rows.

    Args:
        query: Vector of shape (d,).
        segments: Where to look.
        places: Numbers of their rows.
        ids: The id of each row, by its number.
        allowed: For each segment the slots that are let through; None for all.
        compared_below: When fewer rows than this are let through, all of them are compared.
    """

    def __init__(
        self,
        query: Vector,
        segments: Sequence[Segment],
        places: Places,
        *,
        ids: Slots,
        allowed: Sequence[Mask | None],
        compared_below: int,
    ) -> None:
        self._query = query
        self._segments = segments
        self._places = places
        self._ids = ids
        self._allowed = allowed
        self._number = sum(number_of(s, a) for s, a in zip(segments, allowed, strict=True))
        self._compared_below = compared_below

    def best(self, k: int) -> tuple[Slots, Scores]:
        """The k rows with the highest cosine; of equal ones those with the lowest id."""
        coded = [
            s.lists is not None and self._number >= self._compared_below for s in self._segments
        ]
        near, known = self._compared(k, coded)
        if not any(coded):
            return self._first(near, known, k)
        depth = max(s.lists.depth(k) for s in self._segments if s.lists)
        while True:
            seen = self._looked_up(depth, coded)
            cosines = self.cosines_of(seen)
            best, scores = self._first(
                np.concatenate([near, seen]), np.concatenate([known, cosines]), k
            )
            if len(best) == k and len(seen) and scores[-1] - cosines.min() > SLACK:
                return best, scores
            # More rows tie for the last place than were looked at, or too few were.
            if len(seen) >= depth:
                depth *= FURTHER
            elif len(best) < k or self._number <= TIED_BELOW * self._compared_below:
                return self._first(*self._compared(k, [False] * len(coded)), k)
            else:
                return best, scores

    def cosines_of(self, places: Slots) -> Scores:
        """The cosine of some rows."""
        scores = np.empty(len(places), dtype=np.float64)
        for segment, which, slots in self._places.split(places):
            scores[which] = cosines(self._segments[segment].vectors.at(slots), self._query)
        return scores

    def _compared(self, k: int, coded: Sequence[bool]) -> tuple[Slots, Scores]:
        """The best rows of segments of which all are compared, with their cosines."""
        found, looks = [np.empty(0, dtype=np.int64)], [np.empty(0)]
        for number, segment in enumerate(self._segments):
            if not coded[number]:
                slots, look = segment.vectors.nearest(self._query, k, allowed=self._allowed[number])
                found.append(self._places.of(number, slots))
                looks.append(look.astype(np.float64))
        places, scores = np.concatenate(found), np.concatenate(looks)
        if len(places) > k:
            places = places[scores >= np.partition(scores, -k)[-k] - SLACK]
        return places, self.cosines_of(places)

    def _looked_up(self, depth: int, coded: Sequence[bool]) -> Slots:
        """The rows that look nearest by their codes: `depth`, a few more, or all there are."""
        found, looks = [], []
        for number, segment in enumerate(self._segments):
            if segment.lists and coded[number]:
                slots, scores = segment.lists.candidates(
                    self._query, depth, allowed=self._allowed[number]
                )
                found.append(self._places.of(number, slots))
                looks.append(scores)
        places, scores = np.concatenate(found), np.concatenate(looks)
        if len(places) > depth:
            places = places[scores >= np.partition(scores, -depth)[-depth]]
        return places

    def _first(self, places: Slots, scores: Scores, k: int) -> tuple[Slots, Scores]:
        """The k best of some rows, with their cosines."""
        order = np.lexsort((self._ids[places], -scores))[:k]
        return places[order], scores[order]


def number_of(segment: Segment, allowed: Mask | None) -> int:
    """How many rows of a segment are let through."""
    return len(segment) if allowed is None else int(np.count_nonzero(allowed))


def cosines(vectors: Matrix, query: Vector) -> Scores:
    """Inner product of each row with a query, shape (n,): 1 is identical, higher is nearer.

    Row by row in the same order of operations, so that equal rows have equal scores.
    """
    products = np.einsum("nd,d->n", vectors, query.astype(np.float32, copy=False))
    rounded: Scores = np.round(products.astype(np.float64), DECIMALS)
    return rounded
