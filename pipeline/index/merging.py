"""Which segments become one, so that there are few of them and each row is seldom copied.

Segments are told apart by size. When there are enough of one size they are joined to one of the
next, and those of the largest are left alone: a row is copied a handful of times, however many
there are, and what a removal has to write anew is bounded.
"""

from __future__ import annotations

from collections.abc import Sequence

LARGEST = 131_072
"""Rows of a segment at most."""
SIZES = (4_096, 32_768, 98_304)
"""Where one size ends and the next begins, in rows; from the last on a segment is left alone."""
ENOUGH = 8
"""So many segments of a size are joined."""


def groups(sizes: Sequence[int]) -> list[list[int]]:
    """Which segments belong together from now on, by their places; none is left out.

    Args:
        sizes: Living rows of each segment.

    >>> groups([500] * 8 + [40_000])
    [[8], [0, 1, 2, 3, 4, 5, 6, 7]]
    """
    made = [[place] for place in range(len(sizes))]

    def rows(group: Sequence[int]) -> int:
        return sum(sizes[place] for place in group)

    for size, end in enumerate(SIZES):
        start = SIZES[size - 1] if size else 0
        alike = [group for group in made if start <= rows(group) < end]
        if len(alike) < ENOUGH and sum(map(rows, alike)) < LARGEST:
            continue
        made = [group for group in made if group not in alike]
        joined: list[int] = []
        for group in alike:
            if joined and rows(joined) + rows(group) > LARGEST:
                made.append(joined)
                joined = []
            joined = joined + group
        made.append(joined)
    return made
