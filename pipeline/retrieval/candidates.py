"""What passes between the steps of a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.index.base import Index, Vector
from pipeline.records import Experience, Outcome, Passage, Related, Where


@dataclass(frozen=True, slots=True)
class Reader:
    """How retrieval reads what it found. Ids that are not there are absent from the answers."""

    experiences: Callable[[Sequence[str]], Mapping[str, Experience]]
    passages: Callable[[Sequence[int]], Mapping[int, Passage]]
    outcomes: Callable[[Sequence[str]], Mapping[str, tuple[Outcome, ...]]]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A problem as it is searched for: its words, its vector of shape (d,), and where."""

    problem: str
    words: str
    vector: Vector = field(repr=False)
    index: Index = field(repr=False)
    read: Reader = field(repr=False)
    where: Where


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage with its fused score; higher is nearer."""

    id: int
    experience: str
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """An experience with its score, between 0 and 1, and its passages that were found.

    `dense` and `lexical` are the best of its passages; `passages` has the best first.
    """

    experience: str
    score: float
    dense: float
    lexical: float
    passages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a search found, with what counter-experiences and the precedent are read from.

    `cosine` is that of the nearest passage. `coverage` (0 to 1) is the share of the problem's
    telling words, weighted by rarity, that one of the first three experiences speaks of.
    `scale` is the highest lexical score of the search.
    """

    asked: Asked
    related: tuple[Related, ...]
    ranked: tuple[Ranked, ...] = ()
    cosine: float = 0.0
    coverage: float = 0.0
    scale: float = 0.0
