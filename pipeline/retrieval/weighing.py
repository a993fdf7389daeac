"""Two more looks at what a search found: at the problem's title, and at what stands together.

Meaning and words of the whole problem are fused first (see `fusion`). Then

- a problem with a title of its own is fused a second time by its title alone, and its title is
  held against the titles of what was found. In a story of three hundred words the ten that
  somebody chose as its title say best what it is about;
- every passage is moved towards the scores of the best passages that are near to it in meaning.
  One that only sounds alike stands alone, and falls; one that the problem's words miss, among
  others that they hit, rises.

Only what the search found is looked at, so that both cost a few milliseconds at any size.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.embeddings.tokens import terms
from pipeline.index.base import Index, IndexHit, Matrix
from pipeline.retrieval.candidates import Asked, Scored
from pipeline.retrieval.fusion import fuse, lexical_scale
from pipeline.retrieval.limits import limits_of

Numbers = NDArray[np.float64]

DECIMALS = 6
"""Scores are rounded to this, so that equal passages stay equal whatever computed them."""

ENOUGH_WORDS = 4
"""How many times the passages of a search may share words with its title."""

TITLES_KEPT = 8192  # titles whose words are remembered: the same come up again and again


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the further looks count, each from 0 (not at all) to 1 (alone).

    Of what the headline counts, `titles` is the part of the titles of what was found.
    `neighbours` are the `best` passages of the search; how much one counts is its cosine to the
    power of `sharpness`. A passage whose neighbours together weigh less than `alone` is drawn
    down, as if the rest of them were worth nothing.
    """

    headline: float = 0.25
    titles: float = 0.5
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
"""For every other encoder: the title counts, neighbours do not."""


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
    title = asked.headline_vector if weights.headline > 0 else None
    ceiling = None if title is None else sum(asked.index.idf(terms(asked.words)))
    first = sorted(fuse(hits, limits, scale=scale, ceiling=ceiling), key=lambda scored: scored.id)
    if not first:
        return []
    vectors = asked.index.vectors([scored.id for scored in first])
    scores: Numbers = np.array([scored.score for scored in first])
    if title is not None:
        near = _rounded(vectors @ title)
        by_title = _by_headline(asked, first, near, weights)
        scores = (1.0 - weights.headline) * scores + weights.headline * by_title
    if weights.neighbours > 0:
        owners = np.unique([scored.experience for scored in first], return_inverse=True)[1]
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


def _by_headline(
    asked: Asked, found: Sequence[Scored], cosines: Numbers, weights: Weights
) -> Numbers:
    """Scores of what was found, in its order, by the problem's title alone.

    `cosines` are those of the title with what was found, shape (n found,).
    """
    there = tuple(sorted({scored.experience for scored in found}))
    sharing = asked.index.search(
        None,
        asked.headline,
        where=replace(asked.where, ids=there),
        k=ENOUGH_WORDS * len(found),
        mode="lexical",
    )
    words = {hit.id: hit.lexical or 0.0 for hit in sharing}
    hits = [
        IndexHit(scored.id, scored.experience, cosine, words.get(scored.id, 0.0))
        for scored, cosine in zip(found, cosines.tolist(), strict=True)
    ]
    fused = fuse(hits, limits_of(asked.encoder), scale=lexical_scale(hits))
    by_id = {scored.id: scored.score for scored in fused}
    scores: Numbers = np.array([by_id[scored.id] for scored in found])
    alike = like_titles(asked.headline, asked.read.titles(there), asked.index)
    if not alike:
        return scores
    shared = np.array([alike.get(scored.experience, 0.0) for scored in found])
    return (1.0 - weights.titles) * scores + weights.titles * shared


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
