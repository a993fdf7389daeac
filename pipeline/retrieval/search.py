"""A problem in; related experiences out, nearest first, each with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.embeddings.base import Encoder
from pipeline.embeddings.tokens import terms
from pipeline.index.base import EVERYTHING, Index
from pipeline.records import Experience, Passage, Related, Where
from pipeline.retrieval.aggregate import by_experience
from pipeline.retrieval.candidates import Asked, Candidates, Ranked, Reader
from pipeline.retrieval.clean_problem import clean_problem, headline, problem_vector
from pipeline.retrieval.duplicates import merge_duplicates
from pipeline.retrieval.fusion import lexical_scale
from pipeline.retrieval.ordering import reordered
from pipeline.retrieval.weighing import weigh
from pipeline.retrieval.why import Teller

DEPTH = 100
"""Passages that each side of the search brings in, at least."""

SHOWN_PASSAGES = 2
"""Passages of an experience that are read to show and to explain it."""


def search(
    problem: str,
    *,
    index: Index,
    encoder: Encoder,
    read: Reader,
    where: Where = EVERYTHING,
    k: int = 10,
    offset: int = 0,
    now: datetime | None = None,
) -> Candidates:
    """Related experiences for a problem, nearest first, at most `k`.

    Args:
        problem: What someone faces, in their own words; a sentence or a whole story.
        index: Where passages are found; built with the same encoder.
        encoder: Turns the problem into a vector.
        read: How experiences, passages and outcomes are read.
        where: Filter; the default lets everything through.
        k: How many related experiences at most.
        offset: How many of them to pass over: those of the pages before.
        now: The present moment, from which recency counts; what was lived then moves the order
            a little (see `ordering`). None orders by nearness alone.
    """
    asked = _asked(problem, index=index, encoder=encoder, read=read, where=where)
    last = offset + k
    ranked, scale = _ranked(asked, last)
    ordered = _ordered(ranked, read, now) if now else [(r, "") for r in ranked]
    near = [r for r, _ in ordered[: last + max(5, last // 2)]]
    experiences = read.experiences([r.experience for r in near])
    kept = merge_duplicates(near, experiences, index, most=last)[offset:]
    usual = _usual_discipline([experiences[r.experience] for r, _ in kept])
    teller = Teller(asked.problem, index, usual=usual)
    related = _moved(describe(kept, experiences, teller=teller, read=read), ordered)
    return Candidates(
        asked=asked,
        related=related,
        ranked=tuple(ranked),
        cosine=max((r.dense for r in ranked), default=0.0),
        scale=scale,
        ceiling=sum(index.idf(terms(asked.words))),
    )


def rank(
    problem: str,
    *,
    index: Index,
    encoder: Encoder,
    read: Reader,
    where: Where = EVERYTHING,
    k: int = 100,
) -> list[tuple[str, float]]:
    """Ids of experiences with their scores (0 to 1), best first, at most `k`.

    The same ranking as `search` gives, before near-duplicates are merged and nothing read.
    """
    asked = _asked(problem, index=index, encoder=encoder, read=read, where=where)
    return [(r.experience, r.score) for r in _ranked(asked, k)[0][:k]]


def related_to_experience(
    experience: Experience,
    *,
    index: Index,
    encoder: Encoder,
    read: Reader,
    where: Where = EVERYTHING,
    k: int = 10,
) -> Candidates:
    """Experiences like one that is already known, which is itself left out."""
    return search(
        f"{experience.title}\n{experience.text}",
        index=index,
        encoder=encoder,
        read=read,
        where=replace(where, not_ids=(*where.not_ids, experience.id)),
        k=k,
    )


def describe(
    kept: Sequence[tuple[Ranked, tuple[str, ...]]],
    experiences: Mapping[str, Experience],
    *,
    teller: Teller,
    read: Reader,
) -> tuple[Related, ...]:
    """Ranked experiences as they are shown: with passages, outcomes and why they are related."""
    wanted = [id_ for ranked, _ in kept for id_ in ranked.passages[:SHOWN_PASSAGES]]
    passages = read.passages(wanted)
    outcomes = read.outcomes([ranked.experience for ranked, _ in kept])
    related = []
    for ranked, copies in kept:
        experience = experiences[ranked.experience]
        shown = _shown(ranked, passages)
        related.append(
            Related(
                experience=experience,
                score=ranked.score,
                why=teller.why(experience, shown),
                passages=shown,
                dense=ranked.dense,
                lexical=ranked.lexical,
                duplicates=copies,
                outcomes=tuple(outcomes.get(ranked.experience, ())),
            )
        )
    return tuple(related)


def _asked(problem: str, *, index: Index, encoder: Encoder, read: Reader, where: Where) -> Asked:
    words = clean_problem(problem)
    return Asked(
        problem=problem,
        words=words,
        vector=problem_vector(words, encoder),
        index=index,
        read=read,
        where=where,
        encoder=encoder.id,
        headline=headline(problem),
    )


def _ranked(asked: Asked, k: int) -> tuple[list[Ranked], float]:
    hits = asked.index.search(
        asked.vector, asked.words, where=asked.where, k=max(DEPTH, 2 * k), mode="both"
    )
    scale = lexical_scale(hits)
    return by_experience(weigh(asked, hits, scale=scale)), scale


def _ordered(ranked: Sequence[Ranked], read: Reader, now: datetime) -> list[tuple[Ranked, str]]:
    """What was found in the order of what was lived with it, each with why it moved."""
    ids = [r.experience for r in ranked]
    return reordered(ranked, read.dates(ids), read.outcomes(ids), now=now)


def _moved(
    related: Sequence[Related], ordered: Sequence[tuple[Ranked, str]]
) -> tuple[Related, ...]:
    whys = {r.experience: why for r, why in ordered if why}
    return tuple(replace(one, moved=whys.get(one.experience.id, "")) for one in related)


def _usual_discipline(experiences: Sequence[Experience]) -> str | None:
    """The discipline of more than half of the experiences, if there is one."""
    counts = Counter(experience.discipline for experience in experiences)
    name, count = counts.most_common(1)[0] if counts else (None, 0)
    return name if 2 * count > len(experiences) > 1 else None


def _shown(ranked: Ranked, passages: Mapping[int, Passage]) -> tuple[Passage, ...]:
    return tuple(passages[id_] for id_ in ranked.passages[:SHOWN_PASSAGES] if id_ in passages)
