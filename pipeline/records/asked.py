"""What is asked back: patterns, questions, topics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipeline.records.found import Quote
from pipeline.records.words import Lens, Loop, PatternKind, PatternStatus


@dataclass(frozen=True, slots=True)
class Pattern:
    """What several experiences share or why they differ, with its receipts."""

    id: str
    kind: PatternKind
    claim: str
    assumption: str
    quotes: tuple[Quote, ...]
    experiences: int
    authors: int
    holds_when: str = ""
    status: PatternStatus = "proposed"


@dataclass(frozen=True, slots=True)
class Question:
    """A reflection question with its evidence and what drafted it.

    `reasons` says why it was rejected (empty when shown). `drafted_by` names the method
    ("assembled", "assembled + clause", "model") and `model` what wrote the words.
    """

    id: str
    text: str
    lens: Lens
    loop: Loop
    assumption: str
    evidence: tuple[Quote, ...]
    sibling: str = ""
    status: Literal["shown", "rejected"] = "shown"
    reasons: tuple[str, ...] = ()
    drafted_by: str = "assembled"
    model: str = ""
    prompt: str = ""
    pattern: str = ""
    score: float = 0.0
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions that a problem or topic gave: those shown, those rejected with reasons."""

    problem: str
    questions: tuple[Question, ...]
    rejected: tuple[Question, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A cluster of experiences. `share` is its part of all experiences, 0 to 1."""

    id: str
    label: str
    keywords: tuple[str, ...]
    members: tuple[str, ...]
    representatives: tuple[str, ...]
    share: float = 0.0
