"""The distinct values of a column, each with a small number: rows hold the number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.index.arrays import Strings, strings

compute: Any = pc  # its functions are made when it is imported, unseen by type checkers

FEW = 64
"""Up to so many wanted values are looked up one by one."""


class Categories:
    """Numbers for the distinct values of a column.

    Values that were stored are sorted and stay on the disk: a million of them cost nothing to
    open. Values that come later get the numbers after them.

    Args:
        stored: Distinct values in order, a null (if any) first.
    """

    def __init__(self, stored: Strings | None = None) -> None:
        self._stored: Any = strings([]) if stored is None else stored
        self._nulls = int(self._stored.null_count)
        self._later: list[str | None] = []
        self._codes: dict[str | None, int] = {}

    def __len__(self) -> int:
        return len(self._stored) + len(self._later)

    def value(self, code: int) -> str | None:
        """The value that has a number."""
        if code >= len(self._stored):
            return self._later[code - len(self._stored)]
        value: str | None = self._stored[code].as_py()
        return value

    def of(self, codes: NDArray[np.int32]) -> list[str | None]:
        """The values that have some numbers."""
        if self._later:
            return [self.value(code) for code in codes.tolist()]
        values: list[str | None] = self._stored.take(pa.array(codes)).to_pylist()
        return values

    def values(self) -> Strings:
        """All values by number."""
        if not self._later:
            return self._stored
        return pa.concat_arrays([self._stored, strings(self._later)])

    def code(self, value: str | None) -> int:
        """The number of a value, a new one if it has none yet."""
        known = self._find(value)
        if known is not None:
            return known
        self._codes[value] = len(self)
        self._later.append(value)
        return len(self) - 1

    def lookup(self, wanted: Iterable[str | None]) -> NDArray[np.bool_]:
        """For each number, whether its value is one of the wanted ones."""
        values = list(wanted)
        table = np.zeros(len(self), dtype=np.bool_)
        if len(values) <= FEW:
            table[[code for value in values if (code := self._find(value)) is not None]] = True
        elif len(table):
            found = compute.is_in(self.values(), value_set=strings(values))
            table[:] = found.to_numpy(zero_copy_only=False)
        return table

    def _find(self, value: str | None) -> int | None:
        if value in self._codes:
            return self._codes[value]
        if value is None:
            return 0 if self._nulls else None
        place = bisect_left(
            range(len(self._stored)), value.encode(), lo=self._nulls, key=self._bytes
        )
        there = place < len(self._stored) and self._stored[place].as_py() == value
        return place if there else None

    def _bytes(self, code: int) -> bytes:
        """A stored value in the order that values are sorted by."""
        value: str = self._stored[code].as_py()
        return value.encode()


def united(
    columns: Sequence[tuple[Categories, NDArray[np.int32]]],
) -> tuple[Categories, NDArray[np.int32]]:
    """Columns one after another, with numbers for the values that are in use.

    Args:
        columns: Values and the numbers of the rows, for each.
    """
    rows = [codes for _, codes in columns]
    used = [np.unique(codes) for codes in rows]
    values = [
        categories.values().take(pa.array(codes))
        for (categories, _), codes in zip(columns, used, strict=True)
    ]
    distinct = compute.unique(pa.concat_arrays(values)) if values else strings([])
    order = compute.array_sort_indices(distinct, null_placement="at_start")
    stored = distinct.take(order)
    numbers: Any = compute.index_in(pa.concat_arrays(values), value_set=stored) if values else None
    merged, start = [], 0
    for codes, own in zip(rows, used, strict=True):
        new = numbers.slice(start, len(own)).to_numpy(zero_copy_only=False).astype(np.int32)
        merged.append(new[np.searchsorted(own, codes)] if len(codes) else codes)
        start += len(own)
    joined = np.concatenate([np.empty(0, dtype=np.int32), *merged])
    return Categories(stored), joined


def coded(values: Collection[str | None]) -> tuple[Categories, NDArray[np.int32]]:
    """Numbers for values as they come, one a row."""
    flat = strings(list(values))
    own = Categories(flat)
    return united([(own, np.arange(len(flat), dtype=np.int32))])
