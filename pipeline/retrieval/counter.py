"""Who found otherwise: a similar problem, the opposite outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.records import Experience, OutcomeStatus, Related, Where
from pipeline.retrieval.aggregate import by_experience
from pipeline.retrieval.candidates import Asked, Candidates, Ranked
from pipeline.retrieval.duplicates import cosines, merge_duplicates, opposite
from pipeline.retrieval.fusion import fuse
from pipeline.retrieval.limits import limits_of, nearness
from pipeline.retrieval.precedent import precedent
from pipeline.retrieval.sayings import outcome_clause, plain
from pipeline.retrieval.search import describe
from pipeline.retrieval.why import Teller

MOST = 3
LOOKED_AT = 20
"""Passages of the opposite outcome that are looked at, on each side of the search."""

PART_OF_ANCHOR = 0.6
"""How near the two must be to each other, against how near the first is to the problem."""


def counter_experiences(candidates: Candidates, *, most: int = MOST) -> tuple[Related, ...]:
    """Experiences near to the problem that turned out the opposite way, nearest first.

    Each is paired with a related experience that stands before it: one worked and the other
    failed, both are near to the problem and to each other, and `why.difference` names the
    other. They are searched for by outcome in the whole index, so that a failure far down the
    list is not overlooked; one may also stand among the related experiences. Empty when there
    is none, or no precedent at all.
    """
    anchors = [r for r in candidates.related if r.experience.status in ("worked", "failed")]
    if not anchors or precedent(candidates, encoder=candidates.asked.encoder) == "none":
        return ()
    asked = candidates.asked
    ranked = _of_opposite_outcome(candidates, anchors)
    experiences = asked.read.experiences([r.experience for r in ranked])
    pairs = _pairs(ranked, experiences, anchors, asked)
    kept = merge_duplicates(
        [r for r in ranked if r.experience in pairs], experiences, asked.index, most=most
    )
    told = describe(kept, experiences, teller=Teller(asked.problem, asked.index), read=asked.read)
    return tuple(_contrasted(related, pairs[related.experience.id]) for related in told)


def _of_opposite_outcome(candidates: Candidates, anchors: Sequence[Related]) -> list[Ranked]:
    asked = candidates.asked
    where = _narrowed(asked.where, {r.experience.status for r in anchors})
    hits = asked.index.search(asked.vector, asked.words, where=where, k=LOOKED_AT, mode="both")
    limits = limits_of(asked.encoder)
    ceiling = candidates.ceiling or 1.0
    ranked = by_experience(fuse(hits, limits, scale=candidates.scale))
    return [r for r in ranked if nearness(r.dense, r.lexical / ceiling, limits) >= limits.counter]


def _narrowed(where: Where, there: set[OutcomeStatus]) -> Where:
    """The filter, narrowed to outcomes opposite to those that are there."""
    turned: dict[OutcomeStatus, OutcomeStatus] = {"worked": "failed", "failed": "worked"}
    wanted = tuple(sorted(turned[status] for status in there))
    if where.outcomes:
        wanted = tuple(status for status in wanted if status in where.outcomes)
    return replace(where, outcomes=wanted) if wanted else replace(where, nothing=True)


def _pairs(
    ranked: Sequence[Ranked],
    experiences: Mapping[str, Experience],
    anchors: Sequence[Related],
    asked: Asked,
) -> dict[str, Related]:
    """The nearest related experience that each one contradicts."""
    there = [r for r in ranked if r.experience in experiences]
    others = [a for a in anchors if a.passages]
    if not there or not others:
        return {}
    near = cosines(asked.index, [r.passages[0] for r in there], [a.passages[0].id for a in others])
    alike = limits_of(asked.encoder).alike
    pairs = {}
    for row, found in enumerate(there):
        status = experiences[found.experience].status
        for column in np.argsort(-near[row], kind="stable"):
            other = others[column]
            if near[row, column] < max(alike, PART_OF_ANCHOR * other.dense):
                continue
            if other.score > found.score and opposite(status, other.experience.status):
                pairs[found.experience] = other
                break
    return pairs


def _contrasted(related: Related, other: Related) -> Related:
    """The same, with its difference told against the experience that it contradicts."""
    here = outcome_clause(related.experience.status)
    there = outcome_clause(other.experience.status)
    title = plain(other.experience.title)
    difference = f"here {here}, while in “{title}” {there}"
    return replace(related, why=replace(related.why, difference=difference))
