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

from pipeline.embeddings.base import Encoder
from pipeline.embeddings.tokens import terms
from pipeline.index.base import IndexHit, Vector
from pipeline.records import Related
from pipeline.retrieval.candidates import Asked, Candidates, Ranked
from pipeline.retrieval.duplicates import merge_duplicates
from pipeline.retrieval.fusion import lexical_scale
from pipeline.retrieval.limits import limits_of, standing
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
WORDS_WEIGHT = 0.4
"""What BM25 on the common words, against the best of the search, counts beside the cosine.

On the choosing pairs of the sample community the smallest weight that is within .01 of the best
(recall@10 .182 without words, .229 at 0.3, .235 at 0.4, .241 at 0.5 and 0.6, .211 at 1).
"""

NEAR_ENOUGH: Mapping[str, float] = {"all-MiniLM-L6-v2": 0.1, "words-512": 0.0}
"""How far the best passage must stand above chance (`limits.standing`); else `weak`.

With MiniLM 9 of 10 stories of the sample community have such an experience in another field (.86
of those that chose the limit, .92 of the others), and of questions to a bank, postings on sports
and questions of a city's forum 1 in 10 of the choosing half and 2 in 10 of the other. Word counts
tell the two apart less well (.64 against .43).
"""

SAID_TERMS = 3
NEIGHBOURS = 10
"""Nearest related experiences that say which field a problem comes from."""

DECIMALS = 6


@dataclass(frozen=True, slots=True, eq=False)
class _Masked:
    """A problem as it is looked for elsewhere.

    `text` is without the words of its field, `words` are those that several fields have.
    """

    text: str
    vector: Vector
    words: str


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
    passages = asked.index.count()
    near = [r for r in ranked if _near_enough(r, masked, asked, passages)][: most + 5]
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
    return _Masked(text, vector, fields.common(asked.words))


def _ranked(asked: Asked, masked: _Masked, fields: Fields, own: int) -> list[Ranked]:
    """Experiences of other fields with all their passages compared, best first."""
    wanted = {number for number in range(len(fields.names)) if number != own}
    if asked.where.disciplines and fields.facet == "discipline":
        wanted -= {n for name in asked.where.disciplines if (n := fields.number(name)) is not None}
    where = fields.narrowed(asked.where, to=wanted)
    index = asked.index
    rough = index.search(masked.vector, masked.words, where=where, k=LOOKED_AT, mode="both")
    top = lexical_scale(rough) or 1.0
    chosen = _first(rough, top)
    if not chosen:
        return []
    inside = replace(where, ids=tuple(chosen))
    hits = index.search(
        masked.vector, masked.words, where=inside, k=PASSAGES_EACH * COMPARED, mode="both"
    )
    owners = asked.read.experiences(chosen)
    hits = [hit for hit in hits if hit.experience in owners]
    own_fields = [fields.of(owners[hit.experience]) for hit in hits]
    vectors = index.vectors([hit.id for hit in hits])
    return _compared(
        hits,
        cosines=fields.centred(vectors, own_fields) @ masked.vector,
        plain_cosines=vectors @ asked.vector,
        top=top,
    )


def _first(hits: Sequence[IndexHit], top: float) -> list[str]:
    """The experiences whose best passage comes nearest at first sight."""
    best: dict[str, float] = {}
    for hit in hits:
        score = (hit.dense or 0.0) + WORDS_WEIGHT * (hit.lexical or 0.0) / top
        best[hit.experience] = max(best.get(hit.experience, -1.0), score)
    return sorted(best, key=lambda name: (-best[name], name))[:COMPARED]


def _compared(
    hits: Sequence[IndexHit], *, cosines: Vector, plain_cosines: Vector, top: float
) -> list[Ranked]:
    """Experiences by their two best passages, best first; `top` is the best BM25 of the search."""
    near = np.round(cosines.astype(np.float64), DECIMALS).tolist()
    plain_near = np.round(plain_cosines.astype(np.float64), DECIMALS).tolist()
    groups: dict[str, list[int]] = {}
    for place, hit in enumerate(hits):
        groups.setdefault(hit.experience, []).append(place)
    ranked = []
    for name, places in groups.items():
        places.sort(key=lambda place: (-near[place], hits[place].id))
        lexical = [hits[place].lexical or 0.0 for place in places]
        said = min(_mean_of_best(lexical) / top, 1.0)
        score = _mean_of_best([near[place] for place in places]) + WORDS_WEIGHT * said
        ranked.append(
            Ranked(
                experience=name,
                score=max(score, 0.0) / (1.0 + WORDS_WEIGHT),
                dense=max(plain_near[place] for place in places),
                lexical=max(lexical),
                passages=tuple(hits[place].id for place in places),
            )
        )
    ranked.sort(key=lambda r: (-r.score, -r.dense, r.experience))
    return ranked


def _mean_of_best(scores: Sequence[float]) -> float:
    best = sorted(scores, reverse=True)[:BEST_PASSAGES]
    return sum(best) / len(best)


def _near_enough(ranked: Ranked, masked: _Masked, asked: Asked, passages: int) -> bool:
    """Whether it is nearer than chance brings; shared words are those that several fields have."""
    limits = limits_of(asked.encoder)
    ceiling = sum(asked.index.idf(terms(masked.words)))
    share = ranked.lexical / ceiling if ceiling > 0 else 0.0
    stands = standing(ranked.dense, share, passages=passages, limits=limits)
    return stands >= NEAR_ENOUGH.get(asked.encoder, limits.weak)


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
