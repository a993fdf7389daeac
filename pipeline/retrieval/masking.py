"""What is typical of a field: its words, and where its passages lie in meaning.

A nurse's story and a pilot's are near in what happened and far in the words it is told with.
Leaving out the words that belong to one field, and taking a quarter of a field's own middle from
its vectors, brings forward what is left: the course of events.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.embeddings.tokens import terms
from pipeline.index.base import EVERYTHING, Index, Matrix, Vector
from pipeline.records import Experience, Where
from pipeline.retrieval.candidates import Reader

Facet = Literal["discipline", "source"]

MOST_FIELDS = 24
"""Fields whose words and middle are learned, those with most experiences first."""

SAMPLED = 100
"""Passages that are looked at in each of two opposite directions, for each field."""

TIMES_TYPICAL = 5.0
"""A word is typical of a field that has it this many times as often as the others on average."""

WIDESPREAD = 3
"""Fields that have a word which is looked for elsewhere (all of them, where there are fewer)."""

CENTRE_SHARE = 0.25
"""How much of its field's middle is taken from a vector."""

FEWEST_LEFT = 3
"""With fewer words left, a masked text says nothing any more."""

_words = re.compile(r"\w(?:[\w'’\-]*\w)?")
_gaps = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """The fields of a community and what is typical of each.

    `centres` has shape (n fields, d): the mean vector of each field's passages. `shares` says
    for each term how its use is spread over the n fields, shape (n,), adding up to 1. `facet`
    tells what stands for a field: the discipline, or the source where no disciplines are named.
    """

    facet: Facet = "discipline"
    names: tuple[str, ...] = ()
    centres: Matrix = field(repr=False, default_factory=lambda: np.empty((0, 0), np.float32))
    shares: Mapping[str, NDArray[np.float64]] = field(repr=False, default_factory=dict)

    @property
    def several(self) -> bool:
        """Whether one field can be held against another."""
        return len(self.names) > 1

    def number(self, name: str | None) -> int | None:
        """The place of a field, whatever the case of its name; None when it is not known."""
        folded = [known.casefold() for known in self.names]
        return folded.index(name.casefold()) if name and name.casefold() in folded else None

    def of(self, experience: Experience) -> int | None:
        """The field of an experience; None when it has none that is known."""
        return self.number(
            experience.discipline if self.facet == "discipline" else experience.source
        )

    def narrowed(self, where: Where, *, to: Collection[int]) -> Where:
        """A filter that lets only these fields through, and otherwise what it did before."""
        names = tuple(self.names[number] for number in sorted(to))
        if not names:
            return replace(where, nothing=True)
        if self.facet == "discipline":
            return replace(where, disciplines=names)
        return replace(where, sources=names)

    def masked(self, text: str, own: int) -> str:
        """A text without the words that are typical of its field or that no field has.

        A text that would be left with fewer than three words is given back as it is.
        """
        kept = _words.sub(lambda match: "" if self._belongs(match[0], own) else match[0], text)
        kept = _gaps.sub(" ", kept).strip()
        return kept if len(terms(kept)) >= FEWEST_LEFT else text

    def common(self, text: str) -> str:
        """The words of a text that several fields have."""
        enough = min(WIDESPREAD, len(self.names))
        found = (match[0] for match in _words.finditer(text))
        return " ".join(word for word in found if self._spread(word) >= enough)

    def centred(self, vectors: Matrix, own: Sequence[int | None]) -> Matrix:
        """Vectors of shape (n, d) without a quarter of their field's middle, at length 1 again."""
        known = np.array([number is not None for number in own])
        shifted = np.array(vectors, dtype=np.float32)
        if known.any():
            places = [number for number in own if number is not None]
            shifted[known] -= CENTRE_SHARE * self.centres[places]
        return unit(shifted)

    def _belongs(self, word: str, own: int) -> bool:
        """Whether a word belongs to a field; small words without meaning belong to none."""
        limit = TIMES_TYPICAL / (TIMES_TYPICAL + len(self.names) - 1)
        shares = (self.shares.get(term) for term in terms(word))
        return any(share is None or share[own] > limit for share in shares)

    def _spread(self, word: str) -> int:
        spreads = [
            int(np.count_nonzero(share)) if (share := self.shares.get(term)) is not None else 0
            for term in terms(word)
        ]
        return min(spreads, default=0)


def unit(vectors: Matrix) -> Matrix:
    """Rows at length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def learn_fields(
    index: Index,
    read: Reader,
    *,
    disciplines: Mapping[str, int],
    sources: Mapping[str, int] | None = None,
) -> Fields:
    """What is typical of each field of a community, from up to 200 passages of each.

    To be learned once for each state of the index and kept: it takes a few milliseconds a
    field. Where fewer than two disciplines are named, sources stand for fields; where there are
    fewer than two of those as well, or no passages, `several` is False.

    Args:
        index: Holds the passages.
        read: Reads their texts.
        disciplines: Disciplines with their numbers of experiences.
        sources: Sources with theirs.
    """
    facet: Facet = "discipline"
    named = _most(disciplines)
    if len(named) < 2:
        facet, named = "source", _most(sources or {})
    dimension = _dimension(index)
    if len(named) < 2 or not dimension:
        return Fields()
    bare = Fields(facet=facet, names=named)
    centres = np.zeros((len(named), dimension), dtype=np.float32)
    rates: dict[str, NDArray[np.float64]] = {}
    for number in range(len(named)):
        where = bare.narrowed(EVERYTHING, to=[number])
        ids = _sample(index, where, dimension)
        if not ids:
            continue
        centres[number] = index.vectors(ids).mean(axis=0)
        having: Counter[str] = Counter()
        for passage in read.passages(ids).values():
            having.update(set(terms(passage.text)))
        for term, count in having.items():
            rates.setdefault(term, np.zeros(len(named)))[number] = count / len(ids)
    shares = {term: rate / rate.sum() for term, rate in rates.items()}
    return replace(bare, centres=centres, shares=shares)


def _most(counts: Mapping[str, int]) -> tuple[str, ...]:
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(name for name, count in by_count if name and count)[:MOST_FIELDS]


def _dimension(index: Index) -> int:
    one = sorted(index.ids())[:1]
    return int(index.vectors(one).shape[1]) if one else 0


def _sample(index: Index, where: Where, dimension: int) -> list[int]:
    """Passages from two opposite sides of a field, so that neither tips its middle."""
    direction: Vector = np.random.default_rng(0).standard_normal(dimension).astype(np.float32)
    direction /= np.linalg.norm(direction)
    found = [
        hit.id
        for side in (direction, -direction)
        for hit in index.search(side, None, where=where, k=SAMPLED, mode="dense")
    ]
    return sorted(set(found))
