"""Counted terms of the rows of a segment: for each term the slots that have it, and how often.

A term is kept as a number of 64 bits that is made of it, never as text: looking terms up needs no
dictionary in memory, and nobody can read words off the files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from pipeline.index.arrays import Arrays
from pipeline.index.columns import Slots

K1 = 1.5
B = 0.75
WEIGHTING = f"bm25 k1={K1} b={B}"
"""Names the formula; an index whose files were made with another must be rebuilt."""

Keys: TypeAlias = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Postings:
    """Terms of n slots.

    Attributes:
        keys: Number of each term, ascending, shape (t terms,).
        starts: Where each term begins in `slots` and `counts`, shape (t + 1,).
        slots: Slots that have the term, ascending within a term.
        counts: How often each of them has it.
        lengths: Terms in each slot, repetitions counted, shape (n,).
        peaks: What each term adds to the score of a slot at most, without its rarity, when the
            average length is that of these slots, shape (t,).
    """

    keys: Keys
    starts: NDArray[np.int64]
    slots: NDArray[np.int32]
    counts: NDArray[Any]
    lengths: NDArray[np.int32]
    peaks: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def length(self) -> int:
        """Terms in all slots together."""
        return int(self.lengths.sum(dtype=np.int64))

    @property
    def average(self) -> float:
        """Mean length of the slots."""
        return average_of(self.length, len(self))

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, int]]) -> Postings:
        """Postings of counted terms, one slot a row."""
        codes: dict[str, int] = {}
        terms = [codes.setdefault(term, len(codes)) for row in rows for term in row]
        counts = [count for row in rows for count in row.values()]
        return cls.of_rows(list(codes), [len(row) for row in rows], terms, counts)

    @classmethod
    def of_rows(
        cls, names: Sequence[str], widths: ArrayLike, codes: ArrayLike, counts: ArrayLike
    ) -> Postings:
        """Postings of rows one after another.

        Args:
            names: The terms, by code.
            widths: How many different terms each row has.
            codes: Of the terms of the first row, then those of the second, and so on.
            counts: How often the row has each of them.
        """
        starts = np.cumsum(np.concatenate([[0], np.asarray(widths, dtype=np.int64)]))
        cells = (np.asarray(counts, dtype=np.int64), np.asarray(codes, dtype=np.int32), starts)
        by_row = sparse.csr_matrix(cells, shape=(len(starts) - 1, len(names)))
        keys = np.array([key(term) for term in names], dtype=np.uint64)
        return _made(keys, by_row.T.tocsr())

    def taken(self, slots: Slots) -> Postings:
        """The terms of some slots, in the order given, each of them once."""
        ascending = np.sort(slots)
        return joined([(self, ascending)], np.searchsorted(ascending, slots))

    def arrays(self) -> Arrays:
        """What `from_arrays` reads."""
        return {name: getattr(self, name) for name in _STORED}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Postings:
        """The postings that `arrays` describes.

        Raises:
            KeyError: One is missing.
        """
        return cls(**{name: arrays[name] for name in _STORED})


_STORED = tuple(field.name for field in fields(Postings))


def joined(pieces: Sequence[tuple[Postings, Slots]], order: Slots | None) -> Postings:
    """The terms of some slots of some postings, without terms that no slot has.

    Args:
        pieces: Postings, and which of their slots are taken, ascending.
        order: Which of these slots, counted one piece after another, comes to stand where;
            None when they stay as they come.
    """
    keys = np.unique(np.concatenate([np.empty(0, np.uint64), *(p.keys for p, _ in pieces)]))
    rows = sum(len(slots) for _, slots in pieces)
    goes_to = np.arange(rows, dtype=np.int32)
    if order is not None:
        goes_to[order] = np.arange(rows, dtype=np.int32)
    terms, places, counts, start = [], [], [], 0
    for postings, slots in pieces:
        new = np.full(len(postings), -1, dtype=np.int32)
        new[slots] = goes_to[start : start + len(slots)]
        start += len(slots)
        place = new[postings.slots]
        codes = np.searchsorted(keys, postings.keys).astype(np.int32)
        term = np.repeat(codes, np.diff(postings.starts))
        kept = slice(None) if len(slots) == len(postings) else place >= 0
        terms.append(term[kept])
        places.append(place[kept])
        counts.append(postings.counts[kept])
    if not pieces:
        return Postings.of([])
    cells = (np.concatenate(counts), (np.concatenate(terms), np.concatenate(places)))
    return _made(keys, sparse.coo_matrix(cells, shape=(len(keys), rows)).tocsr())


def _made(keys: Keys, by_term: Any) -> Postings:
    """Postings of a sparse matrix of shape (terms, slots), its rows in the order of `keys`."""
    starts = by_term.indptr.astype(np.int64)
    used = np.flatnonzero(np.diff(starts))
    order = used[np.argsort(keys[used])]
    if not np.array_equal(order, np.arange(len(keys))):
        keys, by_term = keys[order], by_term[order]
        starts = by_term.indptr.astype(np.int64)
    by_term.sort_indices()
    lengths = np.asarray(by_term.sum(axis=0, dtype=np.int64)).ravel().astype(np.int32)
    most = int(by_term.data.max(initial=1))
    slots = by_term.indices.astype(np.int32)
    counts = by_term.data.astype(np.min_scalar_type(most))
    share = saturation(
        counts, slots, damping(lengths, average_of(int(lengths.sum()), len(lengths)))
    )
    peaks: NDArray[Any] = np.maximum.reduceat(share, starts[:-1]) if len(keys) else np.empty(0)
    return Postings(
        keys=keys,
        starts=starts,
        slots=slots,
        counts=counts,
        lengths=lengths,
        peaks=np.nextafter(peaks.astype(np.float32), np.float32(np.inf)),
    )


def average_of(length: int, rows: int) -> float:
    """Mean length of rows; 1 where there is nothing."""
    return length / max(rows, 1) or 1.0


def damping(lengths: NDArray[np.int32], average: float) -> NDArray[np.float64]:
    """What each slot's length weighs in its scores, shape (n slots,)."""
    weighed = K1 * (1 - B + B * lengths.astype(np.float64) / average)
    return weighed.astype(np.float64, copy=False)


def saturation(
    counts: NDArray[Any], slots: NDArray[np.int32], damped: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What a term adds to the score of each of its slots, its rarity apart: from 0 to 1."""
    counted: NDArray[np.float64] = counts.astype(np.float64)
    share: NDArray[np.float64] = counted / (counted + damped[slots])
    return share


@lru_cache(maxsize=500_000)
def key(term: str) -> int:
    """The number that stands for a term; two terms never share one in practice.

    >>> key("backup") == key("restore")
    False
    """
    return int.from_bytes(
        blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
    )
