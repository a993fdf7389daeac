"""What an index is: the narrow seam between vectors with words and what is found in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from pipeline.records import OutcomeStatus, Where

Mode = Literal["dense", "lexical", "both"]
Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]

EVERYTHING = Where()
METRIC = "inner product of unit vectors"
MEANING = "cosine similarity: 1 is identical, 0 unrelated, higher is nearer"


@dataclass(frozen=True, slots=True)
class RowChange:
    """All metadata of one experience; replaces that of every row (passage) it has."""

    experience: str
    created: datetime | None = None
    discipline: str | None = None
    tags: tuple[str, ...] = ()
    outcome: OutcomeStatus = "unknown"
    author: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class IndexRow:
    """One passage as the index takes it: id, vector of shape (d,), words, and metadata."""

    id: int
    experience: str
    vector: Vector = field(repr=False)
    text: str
    created: datetime | None = None
    discipline: str | None = None
    tags: tuple[str, ...] = ()
    outcome: OutcomeStatus = "unknown"
    author: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class IndexHit:
    """A passage that was found. Higher is nearer for both scores.

    `dense` is the cosine (1 is identical), `lexical` the BM25 score (0.0 when no term is
    shared). A score is None when the search had no vector or no text to compute it from.
    """

    id: int
    experience: str
    dense: float | None = None
    lexical: float | None = None


@runtime_checkable
class Index(Protocol):
    """Passages by vector and by words, behind one typed filter.

    Everything that changes an index returns only after the change is safely on disk (where the
    index has a disk). Ties in a score are broken by id, lowest first.
    """

    def upsert(self, rows: Sequence[IndexRow]) -> int:
        """Add rows, replacing those with the same id; how many rows were given.

        Raises:
            IndexMismatch: A vector has another length than the index.
            InputError: A vector holds a value that is not a finite number.
            StoreFull: The disk is full; the index is as before.
        """
        ...

    def delete(self, *, ids: Collection[int] | None = None, where: Where | None = None) -> int:
        """Remove rows that have one of the ids and match the filter; how many went.

        Giving neither removes nothing. Words and vectors of removed rows leave the disk too.
        """
        ...

    def update_rows(self, changes: Sequence[RowChange]) -> int:
        """Replace the metadata of experiences, vectors untouched; how many rows changed."""
        ...

    def search(
        self,
        dense: Vector | None,
        text: str | None,
        *,
        where: Where = EVERYTHING,
        k: int = 10,
        mode: Mode = "both",
    ) -> list[IndexHit]:
        """The nearest rows that match the filter.

        Args:
            dense: Query vector of shape (d,), length 1; a vector of zeros is near to nothing.
            text: Query words; words the index does not know are skipped.
            where: Filter; `Where(nothing=True)` finds nothing.
            k: How many rows of each side.
            mode: "dense" gives the k nearest by cosine, "lexical" the k best by BM25 among
                those that share a term, "both" the union of the two with both scores in every
                hit (k to 2k hits), ordered by cosine, then BM25, then id.
        """
        ...

    def count(self, where: Where = EVERYTHING) -> int:
        """How many rows match."""
        ...

    def ids(self) -> set[int]:
        """Ids of all rows."""
        ...

    def vectors(self, ids: Sequence[int]) -> Matrix:
        """Vectors of shape (n ids, d dimensions), in the order of the ids.

        Raises:
            NothingFound: An id is not in the index.
        """
        ...

    def idf(self, terms: Sequence[str]) -> list[float]:
        """How rare each term is (inverse document frequency): higher is rarer.

        Terms are as `pipeline.embeddings.tokens.terms` gives them; one that no row has gets
        the highest value there is.
        """
        ...

    def snapshot(self, folder: Path) -> None:
        """Write a complete copy into a folder that is made for it."""
        ...

    def restore(self, folder: Path) -> None:
        """Replace everything with what a snapshot holds.

        Raises:
            IndexMismatch: The snapshot was made with another encoder.
        """
        ...

    def close(self) -> None:
        """Let go of files; what was acknowledged is already on disk."""
        ...
