"""The words that records are made of."""

from __future__ import annotations

from typing import Literal

OutcomeStatus = Literal["worked", "partly", "failed", "too early", "unknown"]
"""How what was tried turned out."""

OUTCOME_STATUSES: tuple[OutcomeStatus, ...] = (
    "worked",
    "partly",
    "failed",
    "too early",
    "unknown",
)

PartName = Literal["situation", "action", "outcome", "insight", "post", "body"]
"""What a stretch of an experience's text is. `post` is one message of a conversation."""

ExperienceKind = Literal["shared", "reflection"]

Lens = Literal[
    "assumption",
    "value",
    "frame",
    "success criterion",
    "evidence standard",
    "missing voice",
    "learning itself",
]
"""What a reflection question opens up."""

LENSES: tuple[Lens, ...] = (
    "assumption",
    "value",
    "frame",
    "success criterion",
    "evidence standard",
    "missing voice",
    "learning itself",
)

Loop = Literal["single", "double"]
Stance = Literal["supports", "contradicts", "context"]
Precedent = Literal["strong", "weak", "none"]
PatternKind = Literal["agreement", "tension", "outlier", "drift", "cross-field"]
PatternStatus = Literal["proposed", "endorsed", "contested", "retired"]
TextFormat = Literal["text", "markdown", "html"]
