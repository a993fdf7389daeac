"""The same pattern in another field: what happened there, in other words.

A problem is compared with experiences of other fields three ways: by the meaning of its words
and of those that no field owns, both without the middle of its field (see `masking`); and by
the words that several fields have. Of each experience the two best passages count, so that the
lesson is held against the problem as well as the story.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.embeddings.base import Encoder
from pipeline.embeddings.tokens import terms
from pipeline.index.base import IndexHit, Vector
from pipeline.records import Experience, Related
from pipeline.retrieval.candidates import Asked, Candidates, Ranked
from pipeline.retrieval.duplicates import merge_duplicates
from pipeline.retrieval.limits import limits_of
from pipeline.retrieval.masking import Fields, unit
from pipeline.retrieval.sayings import joined, outcome_clause, plain
from pipeline.retrieval.search import describe
from pipeline.retrieval.why import Teller

MOST = 5
LOOKED_AT = 100
"""Passages that each side of the search brings in."""

COMPARED = 60
"""Experiences of which all passages are looked at."""

PASSAGES_EACH = 4
"""Passages of an experience that may be looked at, on average."""

BEST_PASSAGES = 2
SHARE_WEIGHT = 3.0
"""What the share of common words counts against the cosine."""

SAID_TERMS = 3
NEIGHBOURS = 10
"""Nearest related experiences that say which field a problem comes from."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Masked:
    """A problem as it is looked for elsewhere: `ceiling` is what all of its `words` would score."""

    text: str
    vector: Vector
    words: str
    ceiling: float


def field_of(candidates: Candidates, fields: Fields) -> int | None:
    """The field that most of the nearest related experiences come from, nearer ones counting more.

    None when none of them has a field.
    """
    scores: defaultdict[int, float] = defaultdict(float)
    for related in candidates.related[:NEIGHBOURS]:
        number = fields.of(related.experience)
        if number is not None:
            scores[number] += related.score
    return max(scores, key=lambda number: scores[number], default=None)


def elsewhere(
    candidates: Candidates,
    *,
    encoder: Encoder,
    fields: Fields,
    own: str | None = None,
    most: int = MOST,
) -> tuple[Related, ...]:
    """Experiences of other fields in which the same happened, nearest first.

    Each says in `why.line` what both speak of and which field it was; its sentences are chosen
    by the words that no field owns. Empty where the community has no second field, where the
    problem's own field is not known, and where nothing is near enough.

    Args:
        candidates: What a search found.
        encoder: The encoder that the search used.
        fields: What is typical of each field (`masking.learn_fields`).
        own: The field that the problem comes from; by default that of most related experiences.
        most: How many at most.
    """
    number = fields.number(own) if own else field_of(candidates, fields)
    if number is None or not fields.several:
        return ()
    asked = candidates.asked
    masked = _masked(asked, encoder, fields, number)
    ranked = _ranked(asked, masked, fields, number)
    near = [r for r in ranked if _near_enough(r, masked, encoder.id)][: most + 5]
    experiences = asked.read.experiences([r.experience for r in near])
    kept = merge_duplicates(near, experiences, asked.index, most=most)
    teller = Teller(masked.text, asked.index, usual=None)
    told = describe(kept, experiences, teller=teller, read=asked.read)
    return tuple(replace(r, why=replace(r.why, line=_line(r, fields))) for r in told)


def rank_elsewhere(
    candidates: Candidates, *, encoder: Encoder, fields: Fields, own: str
) -> list[tuple[str, float]]:
    """Ids of experiences of other fields with their scores (0 to 1), best first.

    The ranking of `elsewhere`, before near-duplicates are merged and what is far is left out.
    """
    number = fields.number(own)
    if number is None or not fields.several:
        return []
    masked = _masked(candidates.asked, encoder, fields, number)
    return [(r.experience, r.score) for r in _ranked(candidates.asked, masked, fields, number)]


def _masked(asked: Asked, encoder: Encoder, fields: Fields, own: int) -> _Masked:
    text = fields.masked(asked.words, own)
    rows = [asked.vector]
    if text != asked.words:
        rows.append(encoder.encode([text])[0])
    vector: Vector = unit(fields.centred(np.vstack(rows), [own] * len(rows)).mean(axis=0))
    words = fields.common(asked.words)
    return _Masked(text, vector, words, sum(asked.index.idf(terms(words))) or 1.0)


def _ranked(asked: Asked, masked: _Masked, fields: Fields, own: int) -> list[Ranked]:
    """Experiences of other fields with all their passages compared, best first."""
    wanted = {number for number in range(len(fields.names)) if number != own}
    if asked.where.disciplines and fields.facet == "discipline":
        wanted -= {n for name in asked.where.disciplines if (n := fields.number(name)) is not None}
    where = fields.narrowed(asked.where, to=wanted)
    index = asked.index
    rough = index.search(masked.vector, masked.words, where=where, k=LOOKED_AT, mode="both")
    chosen = _first(rough, masked)
    if not chosen:
        return []
    inside = replace(where, ids=tuple(chosen))
    hits = index.search(
        masked.vector, masked.words, where=inside, k=PASSAGES_EACH * COMPARED, mode="both"
    )
    owners = asked.read.experiences(chosen)
    hits = [hit for hit in hits if hit.experience in owners]
    return _compared(hits, owners, masked, fields, asked)


def _first(hits: Sequence[IndexHit], masked: _Masked) -> list[str]:
    """The experiences whose best passage comes nearest at first sight."""
    best: dict[str, float] = {}
    for hit in hits:
        score = (hit.dense or 0.0) + SHARE_WEIGHT * (hit.lexical or 0.0) / masked.ceiling
        best[hit.experience] = max(best.get(hit.experience, -1.0), score)
    return sorted(best, key=lambda name: (-best[name], name))[:COMPARED]


def _compared(
    hits: Sequence[IndexHit],
    owners: Mapping[str, Experience],
    masked: _Masked,
    fields: Fields,
    asked: Asked,
) -> list[Ranked]:
    vectors = asked.index.vectors([hit.id for hit in hits])
    own = [fields.of(owners[hit.experience]) for hit in hits]
    cosines: Numbers = np.round(
        (fields.centred(vectors, own) @ masked.vector).astype(np.float64), 6
    )
    plain_cosines = (vectors @ asked.vector).astype(np.float64)
    groups: dict[str, list[int]] = {}
    for place, hit in enumerate(hits):
        groups.setdefault(hit.experience, []).append(place)
    ranked = []
    for name, places in groups.items():
        shares = [(hits[place].lexical or 0.0) / masked.ceiling for place in places]
        near = [float(cosines[place]) for place in places]
        score = _mean_of_best(near) + SHARE_WEIGHT * _mean_of_best(shares)
        places.sort(key=lambda place: (-cosines[place], hits[place].id))
        ranked.append(
            Ranked(
                experience=name,
                score=min(max(score, 0.0) / (1.0 + SHARE_WEIGHT), 1.0),
                dense=max(float(plain_cosines[place]) for place in places),
                lexical=max(hits[place].lexical or 0.0 for place in places),
                passages=tuple(hits[place].id for place in places),
            )
        )
    ranked.sort(key=lambda r: (-r.score, -r.dense, r.experience))
    return ranked


def _mean_of_best(scores: Sequence[float]) -> float:
    best = sorted(scores, reverse=True)[:BEST_PASSAGES]
    return sum(best) / len(best)


NEAR_ENOUGH = 0.0


def _near_enough(ranked: Ranked, masked: _Masked, encoder: str) -> bool:
    if not limits_of(encoder).reads_meaning:
        return ranked.lexical / masked.ceiling >= limits_of(encoder).weak
    return ranked.score >= NEAR_ENOUGH


def _line(related: Related, fields: Fields) -> str:
    """What both speak of, in which field it was there, and how it turned out.

    The words are those that no field owns.
    """
    experience = related.experience
    name = experience.discipline if fields.facet == "discipline" else experience.source
    place = f"In {plain(name or 'another field')}"
    if experience.year:
        place += f", {experience.year}"
    shared = related.why.shared_terms[:SAID_TERMS]
    said = f"both speak of {joined(shared)}" if shared else "other words, a course much like it"
    outcome = outcome_clause(experience.status)
    return f"{place}: {said}; there {outcome}." if outcome else f"{place}: {said}."
