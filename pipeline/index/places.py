"""One number for each row of several segments: its slot, counted one segment after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.int64]


class Places:
    """Numbers for the slots of segments.

    Args:
        sizes: Slots of each segment.

    >>> places = Places([10, 5])
    >>> list(places.split(np.array([12, 3, 14])))
    [(0, array([1]), array([3])), (1, array([0, 2]), array([2, 4]))]
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self.starts: list[int] = np.cumsum([0, *sizes]).tolist()

    def of(self, segment: int, slots: NDArray[Any]) -> Slots:
        """The numbers of slots of one segment."""
        return slots + self.starts[segment]

    def split(self, places: Slots) -> Iterator[tuple[int, Slots, Slots]]:
        """For each segment that has some of them: which they are, and their slots there."""
        if not len(places):
            return
        segments = np.searchsorted(self.starts, places, side="right") - 1
        for segment in np.flatnonzero(np.bincount(segments)).tolist():
            which = np.flatnonzero(segments == segment)
            yield segment, which, places[which] - self.starts[segment]
