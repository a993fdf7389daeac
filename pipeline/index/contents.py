"""What an index holds, and how it is searched: segments on disk and a few new rows in memory.

Knows nothing of generations and locks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.embeddings.tokens import terms
from pipeline.errors import NothingFound
from pipeline.index.base import EVERYTHING, IndexHit, Matrix, Mode, Vector
from pipeline.index.columns import Mask, Slots
from pipeline.index.entries import Entry, Metadata
from pipeline.index.lexical import Lexicon, Piece, Query
from pipeline.index.nearest import DECIMALS, Nearest, number_of
from pipeline.index.places import Places
from pipeline.index.segment import Segment
from pipeline.records import Where

COMPARED_BELOW = 20_000
"""When a filter leaves fewer rows than this, all of them are compared, lists or not."""


class Contents:
    """Rows in segments.

    Args:
        dimension: Numbers in a vector.
        segments: What is on disk.
        compared_below: How few allowed rows are compared one by one.
    """

    def __init__(
        self,
        dimension: int,
        segments: Sequence[Segment] = (),
        *,
        compared_below: int = COMPARED_BELOW,
    ) -> None:
        self.dimension = dimension
        self.stored = list(segments)
        self.added: dict[int, Entry] = {}
        self._compared_below = compared_below
        self._fresh: Segment | None = None
        self._lexicon: Lexicon | None = None
        self._ids: Slots | None = None

    def __len__(self) -> int:
        return sum(segment.columns.living for segment in self.stored) + len(self.added)

    def upsert(self, entries: Sequence[Entry]) -> None:
        """Add rows; those that had one of the ids go."""
        self.delete([entry.id for entry in entries])
        self.added.update((entry.id, entry) for entry in entries)
        self._changed()

    def delete(self, ids: Collection[int]) -> int:
        """Remove rows; how many there were."""
        wanted = np.unique(np.fromiter(ids, dtype=np.int64, count=len(ids)))
        gone = 0
        for segment in self.stored:
            slots = segment.columns.slots_of(wanted)
            slots = slots[slots >= 0]
            segment.columns.kill(slots)
            gone += len(slots)
        for row in wanted.tolist() if self.added else ():
            gone += self.added.pop(row, None) is not None
        if gone:
            self._changed()
        return gone

    def update(self, changes: Sequence[Metadata]) -> int:
        """Replace the metadata of experiences; how many rows that changed."""
        latest = {change.experience: change for change in changes}
        changed = sum(segment.columns.change(latest) for segment in self.stored)
        for entry in list(self.added.values()):
            metadata = latest.get(entry.metadata.experience)
            if metadata is not None:
                self.added[entry.id] = replace(entry, metadata=metadata)
                changed += 1
        self._fresh = None
        return changed

    def ids(self) -> set[int]:
        """Ids of all rows."""
        return set(self.matching(EVERYTHING))

    def matching(self, where: Where) -> list[int]:
        """Ids of the rows that a filter lets through."""
        found: list[int] = []
        for segment in self._segments():
            allowed = _allowed(segment, where)
            ids = segment.columns.ids
            found.extend((ids if allowed is None else ids[allowed]).tolist())
        return found

    def count(self, where: Where) -> int:
        """How many rows a filter lets through."""
        if where == EVERYTHING:
            return len(self)
        return sum(number_of(s, _allowed(s, where)) for s in self._segments())

    def at(self, ids: Sequence[int]) -> Matrix:
        """Vectors of shape (n ids, d).

        Raises:
            NothingFound: An id is not in the index.
        """
        wanted = np.array(ids, dtype=np.int64)
        vectors = np.empty((len(wanted), self.dimension), dtype=np.float32)
        missing = np.ones(len(wanted), dtype=np.bool_)
        for segment in self._segments():
            slots = segment.columns.slots_of(wanted)
            here = slots >= 0
            if here.any():
                vectors[here] = segment.vectors.at(slots[here])
                missing &= ~here
        if missing.any():
            raise NothingFound(f"The index has no passage {wanted[missing][0]}.")
        return vectors

    def idf(self, wanted: Sequence[str]) -> list[float]:
        """How rare each term is."""
        return self._terms().idf(wanted)

    def search(
        self, dense: Vector | None, text: str | None, *, where: Where, k: int, mode: Mode
    ) -> list[IndexHit]:
        """See `base.Index.search`."""
        segments = self._segments()
        allowed = [_allowed(segment, where) for segment in segments]
        if k < 1 or not any(number_of(s, a) for s, a in zip(segments, allowed, strict=True)):
            return []
        if self._ids is None:
            self._ids = np.concatenate([segment.columns.ids for segment in segments])
        places, ids = Places([len(segment) for segment in segments]), self._ids
        near = words = None
        if dense is not None and mode != "lexical":
            near = Nearest(
                dense,
                segments,
                places,
                ids=ids,
                allowed=allowed,
                compared_below=self._compared_below,
            )
        if text and mode != "dense":
            words = self._terms().query(terms(text))
        found = np.empty(0, dtype=np.int64)
        cosine, score = np.empty(0), np.empty(0)
        if near and dense is not None and dense.any():
            found, cosine = near.best(k)
        if words:
            named, weights = _best(words, k, allowed, ids)
            more = ~np.isin(named, found)
            score = np.concatenate([words.scores_of(found), weights[more]])
            found = np.concatenate([found, named[more]])
        if near:
            cosine = np.concatenate([cosine, near.cosines_of(found[len(cosine) :])])
        dense_scores = cosine if near else None
        lexical_scores = np.round(score, DECIMALS) if words else None
        return self._hits(found, places, ids[found], dense_scores, lexical_scores)

    def _hits(
        self,
        found: Slots,
        places: Places,
        ids: Slots,
        cosine: NDArray[np.float64] | None,
        score: NDArray[np.float64] | None,
    ) -> list[IndexHit]:
        """Rows with their scores, best first."""
        segments = self._segments()
        experiences = [""] * len(found)
        for segment, which, slots in places.split(found):
            names = segments[segment].columns.experiences(slots)
            for place, name in zip(which.tolist(), names, strict=True):
                experiences[place] = name
        nothing: list[float | None] = [None] * len(found)
        near = nothing if cosine is None else cosine.tolist()
        words = nothing if score is None else score.tolist()
        zeros = np.zeros(len(found))
        keys = (ids, zeros if score is None else -score, zeros if cosine is None else -cosine)
        rows = list(zip(ids.tolist(), experiences, near, words, strict=True))
        return [IndexHit(*rows[i]) for i in np.lexsort(keys).tolist()]

    def _segments(self) -> list[Segment]:
        """All rows: what is stored, and what was added since."""
        if not self.added:
            return self.stored
        if self._fresh is None:
            self._fresh = Segment.of(list(self.added.values()), dimension=self.dimension)
        return [*self.stored, self._fresh]

    def _terms(self) -> Lexicon:
        if self._lexicon is None:
            self._lexicon = Lexicon([Piece(s.postings, s.alive) for s in self._segments()])
        return self._lexicon

    def _changed(self) -> None:
        self._fresh = self._lexicon = self._ids = None


def _allowed(segment: Segment, where: Where) -> Mask | None:
    """The slots of a segment that a filter lets through; None for all."""
    return segment.alive if where == EVERYTHING else segment.columns.mask(where)


def _best(
    words: Query, k: int, allowed: Sequence[Mask | None], ids: Slots
) -> tuple[Slots, NDArray[np.float64]]:
    """The k allowed rows with the highest score above 0; of equal ones the lowest id."""
    found, scores = words.best(k, allowed=allowed)
    scores = np.round(scores, DECIMALS)
    found, scores = found[scores > 0], scores[scores > 0]
    order = np.lexsort((ids[found], -scores))[:k]
    return found[order], scores[order]
