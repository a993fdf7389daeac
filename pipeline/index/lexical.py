"""BM25 over counted terms, exact after every change, without looking at what cannot win.

The score is Lucene's, as the library bm25s computes it by default (k1 = 1.5, b = 0.75):

    idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5))
    score  = sum over query terms t of  idf(t) * f / (f + k1 * (1 - b + b * L / average L))

with N rows of which n have t, f times in this row, and L terms in the row. bm25s itself has to
be built again for each change, so it serves as the reference that tests hold this file against.

The best rows are found as MaxScore does (Turtle and Flood, 1995): terms are taken in the order of
what they can add to a score, and once those that are left cannot lift a row that has none of the
others among the best, they are looked up only for the rows that are still in the running. What
comes out is exact: the same rows with the same scores as if every row had been scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.index.columns import Mask, Slots
from pipeline.index.places import Places
from pipeline.index.postings import Postings, average_of, damping, key, saturation

Scores: TypeAlias = NDArray[np.float64]

MARGIN = 2e-6
"""Rows this near to the last of the best are kept, because scores are rounded before they are
compared and equal ones are told apart by id."""
AT_ONE_GO = 20_000
"""Where the terms of a query are in no more slots than this, all of them are scored."""
WORTH_A_LOOK = 2_000
"""A term in more slots than this is worth finding out what the last of the best has so far."""


@dataclass(slots=True, eq=False)
class Piece:
    """The postings of one segment, and which of its slots are alive (None: all)."""

    postings: Postings
    alive: Mask | None = None
    _damped: tuple[float, Scores] = field(default=(0.0, np.empty(0)), init=False, repr=False)

    def damped(self, average: float) -> Scores:
        """What each slot's length weighs; kept until the average changes."""
        if self._damped[0] != average:
            self._damped = (average, damping(self.postings.lengths, average))
        return self._damped[1]


@dataclass(frozen=True, slots=True, eq=False)
class _Terms:
    """Terms of a query as they stand in one piece: from the strongest to the weakest.

    `rest[i]` is what the terms from the i-th on can add to the score of a slot at most.
    """

    weights: Scores
    begins: Slots
    ends: Slots
    rest: Scores

    def __len__(self) -> int:
        return len(self.weights)


class Lexicon:
    """Rows of several pieces scored as one collection.

    Args:
        pieces: The segments' postings.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = list(pieces)
        living = [_living(piece) for piece in self.pieces]
        self._rows = sum(rows for rows, _ in living)
        self.average = average_of(sum(length for _, length in living), self._rows)
        self.places = Places([len(piece.postings) for piece in self.pieces])

    def idf(self, terms: Sequence[str]) -> list[float]:
        """Inverse document frequency of each term; one that no row has is the rarest."""
        keys = _keys(terms)
        rarity: list[float] = self.rarity([_spans(p.postings, keys) for p in self.pieces]).tolist()
        return rarity

    def query(self, terms: Sequence[str]) -> Query:
        """A query; a term that it holds twice counts twice."""
        return Query(self, Counter(terms))

    def rarity(self, spans: Sequence[tuple[Slots, Slots]]) -> Scores:
        """Inverse document frequency of terms by where they begin and end in each piece."""
        having = np.zeros(len(spans[0][0]) if spans else 0, dtype=np.int64)
        for piece, span in zip(self.pieces, spans, strict=True):
            having += _rows_with(piece, *span)
        return _idf(having, self._rows)


class Query:
    """The rows that have terms of a query, scored.

    Args:
        lexicon: What is scored.
        terms: How often the query has each term.
    """

    def __init__(self, lexicon: Lexicon, terms: Mapping[str, int]) -> None:
        self.places = lexicon.places
        keys = _keys(list(terms))
        spans = [_spans(piece.postings, keys) for piece in lexicon.pieces]
        weights = lexicon.rarity(spans) * np.fromiter(terms.values(), float, len(terms))
        self._searches = [
            _Search(piece, weights, span, average=lexicon.average)
            for piece, span in zip(lexicon.pieces, spans, strict=True)
        ]

    def best(self, k: int, *, allowed: Sequence[Mask | None]) -> tuple[Slots, Scores]:
        """Rows that may be among the k best, with their scores.

        Every allowed row that shares a term and is among the k best is there, so are all that
        tie with the last of them; some more may be.

        Args:
            k: How many rows.
            allowed: For each piece the slots that are let through; None for all.
        """
        found, scores = [_NOTHING[0]], [_NOTHING[1]]
        mark = -np.inf
        # The largest piece first: it sets the mark that the others have to reach.
        for number in sorted(range(len(self._searches)), key=lambda i: -self._searches[i].size):
            slots, own = self._searches[number].best(k, mark, allowed[number])
            found.append(self.places.of(number, slots))
            scores.append(own)
            if len(own):
                mark = max(mark, _last_of(np.concatenate(scores), k))
        return np.concatenate(found), np.concatenate(scores)

    def scores_of(self, places: Slots) -> Scores:
        """The score of some rows; 0 shares no term."""
        scores = np.zeros(len(places), dtype=np.float64)
        for number, which, slots in self.places.split(places):
            scores[which] = self._searches[number].scores_of(slots)
        return scores


class _Search:
    """The search for the best slots of one piece."""

    def __init__(
        self, piece: Piece, weights: Scores, span: tuple[Slots, Slots], *, average: float
    ) -> None:
        self._postings = piece.postings
        self._damped = piece.damped(average)
        self._terms = _in_order(piece.postings, weights, span, average=average)
        self._allowed: Mask | None = None
        self._scores = _NOTHING[1]
        self._number = 0
        self.size = int((self._terms.ends - self._terms.begins).sum())

    def best(self, k: int, mark: float, allowed: Mask | None) -> tuple[Slots, Scores]:
        """Slots that reach the mark and may be among the k best, with their scores."""
        terms = self._terms
        self._allowed = allowed
        if not len(terms) or terms.rest[0] < mark:
            return _NOTHING
        number = len(terms)
        if self.size <= AT_ONE_GO:
            self._scores = self._scored()
        else:
            self._scores, number, mark = self._scored_in_order(k, mark)
        self._number = number
        least = mark - terms.rest[number]
        slots = np.flatnonzero(self._scores >= least if least > 0 else self._scores > 0)
        if allowed is not None:
            slots = slots[allowed[slots]]
        return self._settled(slots, self._scores[slots], number, k, mark)

    def scores_of(self, slots: Slots) -> Scores:
        """The score of some slots."""
        # What `best` added up for all slots need not be looked up again.
        scores = self._scores[slots] if self._number else np.zeros(len(slots))
        for number in range(self._number, len(self._terms)):
            scores += self._looked_up(number, slots)
        return scores

    def _scored_in_order(self, k: int, mark: float) -> tuple[Scores, int, float]:
        """Scores of all slots as far as new ones can come among the best.

        Returns:
            The scores, from how many terms they are, and the mark that the best have to reach.
        """
        terms, number = self._terms, 0
        scores = np.zeros(len(self._postings), dtype=np.float64)
        while number < len(terms) and terms.rest[number] >= mark:
            having = self._add(number, scores)
            number += 1
            if number < len(terms) and len(having) >= k:
                upcoming = terms.ends[number] - terms.begins[number]
                if upcoming > WORTH_A_LOOK:
                    mark = max(mark, self._reached(having, scores, k))
        return scores, number, mark

    def _scored(self) -> Scores:
        """The scores of all slots, all terms at one go."""
        spans = [slice(*span) for span in zip(self._terms.begins, self._terms.ends, strict=True)]
        slots = np.concatenate([self._postings.slots[span] for span in spans])
        counts = np.concatenate([self._postings.counts[span] for span in spans])
        weights = np.repeat(self._terms.weights, self._terms.ends - self._terms.begins)
        given = weights * saturation(counts, slots, self._damped)
        scores = np.bincount(slots, weights=given, minlength=len(self._postings))
        return scores.astype(np.float64, copy=False)

    def _settled(
        self, slots: Slots, found: Scores, number: int, k: int, mark: float
    ) -> tuple[Slots, Scores]:
        """Add what the terms from `number` on give to the slots that are still in the running."""
        for further in range(number, len(self._terms)):
            mark = max(mark, _last_of(found, k))
            running = found >= mark - self._terms.rest[further]
            slots, found = slots[running], found[running]
            found += self._looked_up(further, slots)
        good = found >= max(mark, _last_of(found, k))
        return slots[good], found[good]

    def _add(self, number: int, scores: Scores) -> NDArray[np.int32]:
        """Score all slots that have a term; which these are."""
        begin, end = self._terms.begins[number], self._terms.ends[number]
        slots = self._postings.slots[begin:end]
        share = saturation(self._postings.counts[begin:end], slots, self._damped)
        scores[slots] += self._terms.weights[number] * share
        return slots

    def _looked_up(self, number: int, slots: Slots) -> Scores:
        """What a term gives to some slots."""
        begin, end = int(self._terms.begins[number]), int(self._terms.ends[number])
        having = self._postings.slots[begin:end]
        wanted = slots.astype(np.int32)
        places = np.searchsorted(having, wanted)
        places[places == len(having)] = 0
        there = np.flatnonzero(having[places] == wanted)
        given = np.zeros(len(slots), dtype=np.float64)
        if len(there):
            counts = self._postings.counts[begin + places[there]]
            share = saturation(counts, wanted[there], self._damped)
            given[there] = self._terms.weights[number] * share
        return given

    def _reached(self, slots: NDArray[np.int32], scores: Scores, k: int) -> float:
        """What the k-th best of some slots has at least."""
        if self._allowed is not None:
            slots = slots[self._allowed[slots]]
        return _last_of(scores[slots], k)


_NOTHING: tuple[Slots, Scores] = (np.empty(0, dtype=np.int64), np.empty(0))


def _last_of(scores: Scores, k: int) -> float:
    """The k-th best score, less a margin for rounding; nothing can be said of fewer."""
    if len(scores) < k:
        return -np.inf
    return float(np.partition(scores, -k)[-k]) - MARGIN


def _living(piece: Piece) -> tuple[int, int]:
    """Living rows of a piece, and how many terms they have together."""
    if piece.alive is None:
        return len(piece.postings), piece.postings.length
    lengths = piece.postings.lengths[piece.alive]
    return len(lengths), int(lengths.sum(dtype=np.int64))


def _keys(terms: Sequence[str]) -> NDArray[np.uint64]:
    return np.array([key(term) for term in terms], dtype=np.uint64)


def _spans(postings: Postings, keys: NDArray[np.uint64]) -> tuple[Slots, Slots]:
    """Where terms begin and end in a piece; both are 0 for one that is not there."""
    if not len(postings.keys):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=np.int64)
    places = np.minimum(np.searchsorted(postings.keys, keys), len(postings.keys) - 1)
    there = postings.keys[places] == keys
    return postings.starts[places] * there, postings.starts[places + 1] * there


def _in_order(
    postings: Postings, weights: Scores, span: tuple[Slots, Slots], *, average: float
) -> _Terms:
    """The terms that a piece has, from the strongest to the weakest."""
    there = np.flatnonzero(span[1])
    begins, ends, weights = span[0][there], span[1][there], weights[there]
    # A row scores higher when the average length rises, but never by more than its factor.
    slack = max(1.0, average / postings.average)
    peaks = postings.peaks[np.searchsorted(postings.starts, begins)]
    bounds = weights * np.minimum(peaks * slack, 1.0)
    order = np.argsort(-bounds, kind="stable")
    rest = np.append(np.cumsum(bounds[order][::-1])[::-1], 0.0)
    return _Terms(weights[order], begins[order], ends[order], rest)


def _rows_with(piece: Piece, begins: Slots, ends: Slots) -> NDArray[np.int64]:
    """How many living rows of a piece have each term."""
    if piece.alive is None:
        return ends - begins
    slots, alive = piece.postings.slots, piece.alive
    living = [alive[slots[b:e]].sum() for b, e in zip(begins, ends, strict=True)]
    return np.array(living, dtype=np.int64)


def _idf(rows_with_term: NDArray[np.int64], rows: int) -> Scores:
    scores: Scores = np.log(1 + (rows - rows_with_term + 0.5) / (rows_with_term + 0.5))
    return scores
