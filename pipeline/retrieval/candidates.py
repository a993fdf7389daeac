"""What passes between the steps of a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from pipeline.index.base import Index, Vector
from pipeline.records import Experience, Outcome, Passage, Related, Where


def _undated(_ids: Sequence[str]) -> Mapping[str, datetime | None]:
    return {}


def _untitled(_ids: Sequence[str]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Reader:
    """How retrieval reads what it found. Ids that are not there are absent from the answers."""

    experiences: Callable[[Sequence[str]], Mapping[str, Experience]]
    passages: Callable[[Sequence[int]], Mapping[int, Passage]]
    outcomes: Callable[[Sequence[str]], Mapping[str, tuple[Outcome, ...]]]
    dates: Callable[[Sequence[str]], Mapping[str, datetime | None]] = _undated
    titles: Callable[[Sequence[str]], Mapping[str, str]] = _untitled


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A problem as it is searched for: its words, its vector of shape (d,), and where.

    `encoder` is the id of what the vector comes from, `headline` the problem's own title; it is
    empty when the problem has none.
    """

    problem: str
    words: str
    vector: Vector = field(repr=False)
    index: Index = field(repr=False)
    read: Reader = field(repr=False)
    where: Where
    encoder: str
    headline: str = ""


class Scored(NamedTuple):
    """A passage with its fused score; higher is nearer."""

    id: int
    experience: str
    score: float
    dense: float
    lexical: float


class Ranked(NamedTuple):
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

    `cosine` is that of the nearest passage. `ceiling` is the BM25 score of a passage that had
    all of the problem's words to the full, `scale` the best that there was; `share`, their
    quotient, says how much of the problem's words one passage has (0 to 1, rare words more).
    """

    asked: Asked
    related: tuple[Related, ...]
    ranked: tuple[Ranked, ...] = ()
    cosine: float = 0.0
    scale: float = 0.0
    ceiling: float = 0.0

    @property
    def share(self) -> float:
        """How much of the problem's words the best passage has, from 0 to 1."""
        return min(self.scale / self.ceiling, 1.0) if self.ceiling > 0 else 0.0
