"""How alike two experiences are as wholes: in meaning, in words and in what they are tagged."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from pipeline.embeddings.tokens import terms
from pipeline.index.base import Index, Vector
from pipeline.records import Experience, Where

WORDS = 1.2
"""What shared words count against meaning: their cosines are small, but tell more."""

TAG = 0.12
"""What a tag adds that two share and hardly anybody else has."""

MOST_TAGS = 2
PASSAGES = 400
"""Passages that are looked up at once to read experiences as wholes; the nearest come first."""

LONGEST = 6000
"""Characters of an experience whose words are compared."""

Weights = dict[str, float]


def wholes(index: Index, ids: Sequence[str], near: Vector) -> dict[str, Vector]:
    """A vector of shape (d,) and length 1 for each experience: the mean of its passages.

    Args:
        index: Where their passages are.
        ids: Experiences; those without a passage are left out.
        near: Of many passages, those nearest to this vector are taken.
    """
    hits = index.search(near, None, where=Where(ids=tuple(ids)), k=PASSAGES, mode="dense")
    places: dict[str, list[int]] = {}
    for row, hit in enumerate(hits):
        places.setdefault(hit.experience, []).append(row)
    vectors = index.vectors([hit.id for hit in hits]) if hits else np.zeros((0, 0), np.float32)
    found = {}
    for experience, rows in places.items():
        mean = vectors[rows].sum(axis=0)
        length = float(np.linalg.norm(mean))
        if length > 0:
            found[experience] = np.asarray(mean / length, dtype=np.float32)
    return found


class Likeness:
    """Compares experiences of one pool.

    Args:
        index: Says how rare words are, and has the vectors.
        pool: The experiences that are compared, by id.
        near: A vector of shape (d,); see `wholes`.
        reads_meaning: Whether the cosines of the encoder are known to tell anything.
    """

    def __init__(
        self,
        index: Index,
        pool: Mapping[str, Experience],
        near: Vector,
        *,
        reads_meaning: bool = True,
    ) -> None:
        self._pool = pool
        self._wholes = wholes(index, list(pool), near) if reads_meaning and pool else {}
        self._words = _weighted(pool, index.idf)
        counts = Counter(tag for e in pool.values() for tag in _tags(e))
        self._tag_worth = {tag: 1 - (n - 2) / len(pool) for tag, n in counts.items() if n > 1}

    def __call__(self, one: str, other: str) -> float:
        """How alike two of the pool are: about 0 for strangers, 0.5 and more for the same subject.

        Cosine of the two as wholes, their rare words in common, and a little for shared tags.
        """
        meaning = 0.0
        if one in self._wholes and other in self._wholes:
            meaning = float(self._wholes[one] @ self._wholes[other])
        words = _cosine(self._words[one], self._words[other])
        tags = _tags(self._pool[one]) & _tags(self._pool[other])
        shared = min(MOST_TAGS, sum(self._tag_worth.get(tag, 0.0) for tag in tags))
        return meaning + WORDS * words + TAG * shared


def _tags(experience: Experience) -> set[str]:
    return {tag.casefold() for tag in experience.tags}


def _weighted(
    pool: Mapping[str, Experience], rarity: Callable[[Sequence[str]], Sequence[float]]
) -> dict[str, Weights]:
    """Words of each experience by weight, of length 1: rare ones more, repeated ones a little."""
    counted = {id_: _counted(f"{e.title} {e.text[:LONGEST]}") for id_, e in pool.items()}
    stems = sorted({stem for counts in counted.values() for stem in counts})
    rare = dict(zip(stems, rarity(stems), strict=True)) if stems else {}
    return {
        id_: _unit({stem: (1 + math.log(n)) * rare[stem] for stem, n in counts.items()})
        for id_, counts in counted.items()
    }


@lru_cache(maxsize=512)
def _counted(text: str) -> Mapping[str, int]:
    return Counter(terms(text))


def _unit(weights: Weights) -> Weights:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {stem: weight / length for stem, weight in weights.items()} if length else {}


def _cosine(one: Weights, other: Weights) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[stem] for stem, weight in one.items() if stem in other)
