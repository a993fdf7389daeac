"""Two more looks at what a search found: at the problem's title, and at what stands together.

Meaning and words of the whole problem are fused first (see `fusion`). Then

- the title of a problem that has one is held against the titles of what was found: in a story of
  three hundred words the ten that somebody chose as its title say best what it is about;
- every passage is moved towards the scores of the best passages that are near to it in meaning.
  One that only sounds alike stands alone, and falls; one that the problem's words miss, among
  others that they hit, rises.

Only what the search found is looked at and nothing is encoded, so that both cost a few
milliseconds at any size.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.embeddings.tokens import terms
from pipeline.index.base import Index, IndexHit, Matrix
from pipeline.retrieval.candidates import Asked, Scored
from pipeline.retrieval.fusion import fuse
from pipeline.retrieval.limits import limits_of

Numbers = NDArray[np.float64]

DECIMALS = 6
"""Scores are rounded to this, so that equal passages stay equal whatever computed them."""

TITLES_KEPT = 8192  # titles whose words are remembered: the same come up again and again


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the further looks count, each from 0 (not at all) to 1 (alone).

    `neighbours` are the `best` passages of the search; how much one counts is its cosine to the
    power of `sharpness`. A passage whose neighbours together weigh less than `alone` is drawn
    down, as if the rest of them were worth nothing.
    """

    titles: float = 0.15
    neighbours: float = 0.0
    best: int = 30
    sharpness: float = 4.0
    alone: float = 0.1


WEIGHTS: Mapping[str, Weights] = {
    "all-MiniLM-L6-v2": Weights(neighbours=0.4),
}
"""By encoder. Neighbours count where it was measured that near vectors mean near experiences:
not for word counts, whose neighbours share the words that were counted already."""

UNKNOWN = Weights()
"""For every other encoder: titles count, neighbours do not."""


def weights_of(encoder: str) -> Weights:
    """How much each look counts with an encoder."""
    return WEIGHTS.get(encoder, UNKNOWN)


def weigh(
    asked: Asked, hits: Sequence[IndexHit], *, scale: float, weights: Weights | None = None
) -> list[Scored]:
    """Passages by their score from all looks, best first; ties by cosine, then by id.

    Args:
        asked: What was searched for.
        hits: What the search found, with both scores.
        scale: Best BM25 of the search.
        weights: How much each look counts; by default what is known of the encoder.
    """
    limits, weights = limits_of(asked.encoder), weights or weights_of(asked.encoder)
    ceiling = sum(asked.index.idf(terms(asked.words))) if asked.headline else None
    first = sorted(fuse(hits, limits, scale=scale, ceiling=ceiling), key=lambda scored: scored.id)
    if not first:
        return []
    scores: Numbers = np.array([scored.score for scored in first])
    experiences = [scored.experience for scored in first]
    titles = asked.read.titles(sorted(set(experiences))) if asked.headline else {}
    if titles and weights.titles > 0:
        likeness = like_titles(asked.headline, titles, asked.index)
        alike = np.array([likeness.get(name, 0.0) for name in experiences])
        scores = (1.0 - weights.titles) * scores + weights.titles * alike
    if weights.neighbours > 0:
        vectors = asked.index.vectors([scored.id for scored in first])
        owners = np.unique(experiences, return_inverse=True)[1]
        drawn = neighbours(scores, vectors, owners, weights)
        scores = (1.0 - weights.neighbours) * scores + weights.neighbours * drawn
    rounded = np.round(scores, DECIMALS).tolist()
    weighed = [scored._replace(score=score) for scored, score in zip(first, rounded, strict=True)]
    return sorted(weighed, key=lambda scored: (-scored.score, -scored.dense, scored.id))


def neighbours(
    scores: Numbers, vectors: Matrix, owners: NDArray[np.int64], weights: Weights
) -> Numbers:
    """For each passage the mean score of the best passages near to it, shape (n,).

    Args:
        scores: Of n passages, shape (n,), from 0 to 1.
        vectors: Of the same, shape (n, d), rows of length 1.
        owners: A number for the experience of each, shape (n,): passages of one experience say
            nothing about each other.
        weights: How many are looked at, and how near they must be.
    """
    best = np.argsort(-scores, kind="stable")[: weights.best]
    near = np.maximum(_rounded(vectors @ vectors[best].T), 0.0) ** weights.sharpness
    near[owners[:, None] == owners[best][None, :]] = 0.0
    mean: Numbers = (near @ scores[best]) / np.maximum(near.sum(axis=1), weights.alone)
    return mean


def like_titles(title: str, others: Mapping[str, str], index: Index) -> dict[str, float]:
    """How alike a title is to each of others, from 0 to 1 (the same words); rare words count more.

    Args:
        title: The title.
        others: Titles by any key.
        index: Says how rare words are.
    """
    sets = {key: _stems(other) for key, other in others.items()}
    own = _stems(title)
    words = sorted(own.union(*sets.values()))
    rarity = {word: idf**2 for word, idf in zip(words, index.idf(words), strict=True)}

    def length(stems: Collection[str]) -> float:
        return math.sqrt(sum(rarity[stem] for stem in stems))

    return {
        key: round(length(own & stems) ** 2 / (length(own) * length(stems)), DECIMALS)
        if own & stems
        else 0.0
        for key, stems in sets.items()
    }


def _rounded(products: Matrix) -> Numbers:
    return np.asarray(products, dtype=np.float64).round(DECIMALS)


@lru_cache(maxsize=TITLES_KEPT)
def _stems(title: str) -> frozenset[str]:
    return frozenset(terms(title))
