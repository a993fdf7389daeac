"""What an index holds in memory, and how it is searched. Knows nothing of disks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.embeddings.tokens import terms
from pipeline.errors import NothingFound
from pipeline.index.base import IndexHit, Matrix, Mode, Vector
from pipeline.index.columns import Columns, Mask, Slots
from pipeline.index.entries import Entry, Metadata
from pipeline.index.faiss_index import FaissVectors
from pipeline.index.lexical import Lexicon
from pipeline.records import Where

DECIMALS = 6
"""Scores are rounded to this, so that equal rows have equal scores whatever computed them."""
SPARE = 16
"""How many rows more than wanted are asked of the vectors, to see where a tie ends."""
SLACK = 1e-5
"""How far two ways of computing the same inner product may be apart."""
REBUILD_ABOVE = 0.2
"""Share of dead slots above which a graph is built anew."""


class Contents:
    """Columns, terms and vectors, slot by slot."""

    def __init__(self, vectors: FaissVectors) -> None:
        self.columns = Columns()
        self.lexicon = Lexicon()
        self.vectors = vectors

    def upsert(self, entries: Sequence[Entry]) -> None:
        """Add rows; those that had one of the ids go."""
        if not entries:
            return
        self.delete([entry.id for entry in entries])
        self.columns.append(entries)
        self.lexicon.append([entry.counts for entry in entries])
        self.vectors.append(np.stack([entry.vector for entry in entries]))

    def delete(self, ids: Collection[int]) -> int:
        """Remove rows; how many there were."""
        found = [slot for row in set(ids) if (slot := self.columns.slot_of.get(row)) is not None]
        if found:
            slots = np.array(sorted(found), dtype=np.int64)
            self.columns.kill(slots)
            self.vectors.erase(slots)
            self.lexicon.forget()
        return len(found)

    def update(self, changes: Sequence[Metadata]) -> int:
        """Replace the metadata of experiences; how many rows that changed."""
        return sum(self.columns.change(change) for change in changes)

    def matching(self, where: Where) -> list[int]:
        """Ids of the rows that a filter lets through."""
        matching: list[int] = self.columns.ids[self.columns.mask(where)].tolist()
        return matching

    def at(self, ids: Sequence[int]) -> Matrix:
        """Vectors of shape (n ids, d).

        Raises:
            NothingFound: An id is not in the index.
        """
        slots = [self.columns.slot_of.get(row, -1) for row in ids]
        if -1 in slots:
            raise NothingFound(f"The index has no passage {ids[slots.index(-1)]}.")
        return self.vectors.all()[np.array(slots, dtype=np.int64)]

    def idf(self, wanted: Sequence[str]) -> list[float]:
        """How rare each term is."""
        return self.lexicon.idf(wanted, self.columns.alive)

    def search(
        self, dense: Vector | None, text: str | None, *, where: Where, k: int, mode: Mode
    ) -> list[IndexHit]:
        """See `base.Index.search`."""
        allowed = self.columns.mask(where)
        if k < 1 or not allowed.any():
            return []
        query = dense if mode != "lexical" else None
        words = terms(text) if text and mode != "dense" else None
        slots = np.empty(0, dtype=np.int64)
        lexical = None
        if query is not None and query.any():
            slots = self._nearest(query, k, allowed=allowed)
        if words is not None:
            lexical = np.round(self.lexicon.scores(words, self.columns.alive), DECIMALS)
            slots = np.union1d(slots, self._best(lexical, k, allowed=allowed))
        return self._hits(slots, query, lexical)

    def _nearest(self, query: Vector, k: int, *, allowed: Mask) -> Slots:
        """The k allowed slots with the highest cosine; of equal ones those with the lowest id."""
        slots = self.vectors.nearest(query, k + SPARE, allowed=allowed)
        scores = self._cosines(slots, query)
        if len(slots) > k and np.sort(scores)[-k] - scores.min() <= SLACK:
            # More rows tie for the last place than were fetched: look at all of them.
            slots = np.flatnonzero(allowed)
            scores = self._cosines(slots, query)
        return slots[np.lexsort((self.columns.ids[slots], -scores))[:k]]

    def _best(self, scores: NDArray[np.float64], k: int, *, allowed: Mask) -> Slots:
        """The k allowed slots with the highest score above 0; of equal ones the lowest id."""
        candidates = np.flatnonzero((scores > 0) & allowed)
        if len(candidates) > k:
            found = scores[candidates]
            candidates = candidates[found >= np.partition(found, -k)[-k]]
        order = np.lexsort((self.columns.ids[candidates], -scores[candidates]))
        return candidates[order[:k]]

    def _cosines(self, slots: Slots, query: Vector) -> NDArray[np.float64]:
        return cosines(self.vectors.all()[slots], query)

    def _hits(
        self, slots: Slots, query: Vector | None, lexical: NDArray[np.float64] | None
    ) -> list[IndexHit]:
        """Both scores of each slot, best first."""
        near = self._cosines(slots, query) if query is not None else None
        words = lexical[slots] if lexical is not None else None
        zeros = np.zeros(len(slots))
        ids = self.columns.ids[slots]
        keys = (ids, -(zeros if words is None else words), -(zeros if near is None else near))
        return [
            IndexHit(
                id=int(ids[i]),
                experience=self.columns.experience(int(slots[i])),
                dense=None if near is None else float(near[i]),
                lexical=None if words is None else float(words[i]),
            )
            for i in np.lexsort(keys).tolist()
        ]

    def compacted(self) -> Contents:
        """A copy without anything of the rows that were removed.

        A graph keeps its dead slots, emptied, until they are too many.
        """
        alive = self.columns.alive
        dead = len(alive) - int(np.count_nonzero(alive))
        if self.vectors.is_graph and 0 < dead <= REBUILD_ABOVE * len(alive):
            copy = Contents(self.vectors)
            copy.columns = self.columns.blanked()
            copy.lexicon = self.lexicon.emptied(~alive)
            return copy
        living = np.flatnonzero(alive)
        copy = Contents(self.vectors.taken(living) if dead else self.vectors)
        copy.columns = self.columns.taken(living)
        copy.lexicon = self.lexicon.taken(living)
        return copy

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All numbers but the vectors."""
        return {**self.columns.arrays(), **self.lexicon.arrays()}

    def names(self) -> dict[str, list[Any]]:
        """All that is not a number."""
        return {"terms": self.lexicon.names(), **self.columns.values()}


def cosines(vectors: Matrix, query: Vector) -> NDArray[np.float64]:
    """Inner product of each row with a query, shape (n,): 1 is identical, higher is nearer.

    Row by row in the same order of operations, so that equal rows have equal scores.
    """
    products = np.einsum("nd,d->n", vectors, query.astype(np.float32, copy=False))
    rounded: NDArray[np.float64] = np.round(products.astype(np.float64), DECIMALS)
    return rounded
