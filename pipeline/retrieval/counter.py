"""Who found otherwise: a similar problem, and the opposite outcome, insight or stance."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pipeline.index.base import IndexHit
from pipeline.records import (
    Contrast,
    Experience,
    Outcome,
    OutcomeStatus,
    Passage,
    Quote,
    Related,
    Where,
)
from pipeline.retrieval.aggregate import by_experience
from pipeline.retrieval.candidates import Asked, Candidates, Ranked
from pipeline.retrieval.contrast import (
    differences,
    own_differences,
    proof,
    result_clause,
    votes_clause,
)
from pipeline.retrieval.duplicates import merge_duplicates
from pipeline.retrieval.facets import shared_facets
from pipeline.retrieval.fusion import fuse
from pipeline.retrieval.likeness import Likeness, wholes
from pipeline.retrieval.limits import Limits, limits_of, nearness
from pipeline.retrieval.opposites import (
    TURNED,
    Opposed,
    Pool,
    by_insight,
    by_outcome,
    by_stance,
    leaning,
    surest,
    verbatim,
)
from pipeline.retrieval.precedent import precedent
from pipeline.retrieval.sayings import plain
from pipeline.retrieval.search import describe
from pipeline.retrieval.why import Teller

MOST = 10
"""Counter-experiences at most; a page may show fewer."""

LOOKED_AT = 40
"""Passages of the opposite outcome that are looked at, for the problem and for each anchor."""

POOL = 40
"""Experiences, nearest to the problem first, that are held against the anchors."""

LIKE_AN_ANCHOR = 12
"""Opposites nearest to each anchor that are held against it too, however they are told."""

ANCHORS = 4
"""Related experiences whose opposite outcomes are looked for in the whole index."""

NEAR_THE_BEST = 0.8
"""Share of the best score that an anchor needs: opposites of others are beside the point."""

HINTS = 0.65
"""Share of the nearness `anchor` from which on an anchor's opposites are shown, as hints."""

INSIGHTS_OF = 24
"""Experiences, nearest first, whose insights are held against each other."""

PASSAGES_OF_EACH = 3


def counter_experiences(
    candidates: Candidates, *, most: int = MOST, limits: Limits | None = None
) -> tuple[Related, ...]:
    """Experiences near to the problem that found otherwise than a related one, surest first.

    Each has a `contrast`: the related experience that it is held against, what differs, and
    words of both. The opposite outcome (one worked, the other failed; in part against either
    counts less) is looked for in the whole index, so that a failure far down the list is not
    overlooked; insights that speak against each other and majorities that voted the other way
    are looked for among what the search found. One may also stand among the related
    experiences, and one that worked for some and failed for others is held against itself.
    Empty when there is none, or no precedent at all.

    Args:
        candidates: What a search found.
        most: How many at most.
        limits: What is known of the encoder; looked up by its id when not given.
    """
    asked = candidates.asked
    limits = limits or limits_of(asked.encoder)
    if not candidates.related or precedent(candidates, encoder=asked.encoder) == "none":
        return ()
    anchors = _anchors(candidates, limits)
    alone = [_against_itself(related) for related in anchors if own_differences(related.outcomes)]
    ranked = _ranked(candidates, anchors, limits)
    experiences = asked.read.experiences([r.experience for r in ranked])
    pool = _pool(candidates, ranked, experiences, limits)
    pairs = _opposed(candidates, pool, anchors)
    for related in alone:
        pairs.pop(related.experience.id, None)
    by_id = {r.experience: r for r in ranked}
    kept = merge_duplicates([by_id[id_] for id_ in pairs], experiences, asked.index, most=most)
    told = describe(kept, experiences, teller=Teller(asked.problem, asked.index), read=asked.read)
    others = {related.experience.id: related for related in candidates.related}
    sure = {r.experience.id for r in anchors if _nearness(r, candidates, limits) >= limits.anchor}
    held = (
        _against(one, others[pair.against], _hinted(pair, sure), asked)
        for one in told
        for pair in (pairs[one.experience.id],)
    )
    return (*alone, *held)[:most]


def _hinted(pair: Opposed, sure: Collection[str]) -> Opposed:
    """Not clear where what it is held against is itself not near enough to the problem."""
    clear = pair.clear and (pair.kind == "insight" or pair.against in sure)
    return pair._replace(clear=clear)


def _anchors(candidates: Candidates, limits: Limits) -> list[Related]:
    """The related experiences that opposites are looked for: near, and known how they went."""
    best = max(related.score for related in candidates.related)
    known = [
        related
        for related in candidates.related
        if related.score >= NEAR_THE_BEST * best
        and _nearness(related, candidates, limits) >= HINTS * limits.anchor
        and (related.experience.status in TURNED or leaning(related.experience.votes))
    ]
    return known[:ANCHORS]


def _nearness(related: Related, candidates: Candidates, limits: Limits) -> float:
    return nearness(related.dense, related.lexical / (candidates.ceiling or 1.0), limits)


def _ranked(candidates: Candidates, anchors: Sequence[Related], limits: Limits) -> list[Ranked]:
    """What the search found and opposite outcomes of the whole index, nearest first."""
    hits, like_anchors = _opposite_hits(candidates.asked, anchors)
    opposite = by_experience(fuse(hits, limits, scale=candidates.scale))
    found = {r.experience: r for r in (*opposite, *candidates.ranked[:POOL])}
    order = sorted(found.values(), key=lambda r: (-r.score, -r.dense, r.experience))
    return [r for place, r in enumerate(order) if place < POOL or r.experience in like_anchors]


def _opposite_hits(
    asked: Asked, anchors: Sequence[Related]
) -> tuple[list[IndexHit], frozenset[str]]:
    """Passages of opposite outcomes, near to the problem or to an anchor, scored to the problem.

    With them the experiences that are nearest to an anchor.
    """
    known = [a for a in anchors if a.experience.status in TURNED]
    if not known:
        return [], frozenset()
    statuses = {a.experience.status for a in known}
    where = _narrowed(asked.where, statuses)
    hits = asked.index.search(asked.vector, asked.words, where=where, k=LOOKED_AT, mode="both")
    lexical = {hit.id: hit.lexical for hit in hits}
    vectors = wholes(asked.index, [a.experience.id for a in known], asked.vector)
    owners = {hit.id: hit.experience for hit in hits}
    nearest: set[str] = set()
    for anchor in known:
        if anchor.experience.id in vectors:
            turned = _narrowed(asked.where, {anchor.experience.status})
            whole = vectors[anchor.experience.id]
            more = asked.index.search(whole, None, where=turned, k=LOOKED_AT, mode="dense")
            owners |= {hit.id: hit.experience for hit in more}
            nearest.update([*dict.fromkeys(hit.experience for hit in more)][:LIKE_AN_ANCHOR])
    ids = list(owners)
    cosines = asked.index.vectors(ids) @ asked.vector if ids else ()
    scored = zip(ids, cosines, strict=True)
    found = [IndexHit(id_, owners[id_], float(cosine), lexical.get(id_)) for id_, cosine in scored]
    return found, frozenset(nearest)


def _narrowed(where: Where, there: set[OutcomeStatus]) -> Where:
    """The filter, narrowed to outcomes opposite to those that are there."""
    wanted = {turned for status in there for turned in TURNED[status]}
    if where.outcomes:
        wanted &= set(where.outcomes)
    return replace(where, outcomes=tuple(sorted(wanted))) if wanted else Where(nothing=True)


def _pool(
    candidates: Candidates,
    ranked: Sequence[Ranked],
    experiences: Mapping[str, Experience],
    limits: Limits,
) -> Pool:
    asked, ceiling = candidates.asked, candidates.ceiling or 1.0
    return Pool(
        order=[r.experience for r in ranked if r.experience in experiences],
        experiences=experiences,
        near={r.experience: nearness(r.dense, r.lexical / ceiling, limits) for r in ranked},
        counter=limits.counter,
        alike=limits.alike,
        clear=limits.clear,
        likeness=Likeness(
            asked.index, experiences, asked.vector, reads_meaning=limits.reads_meaning
        ),
    )


def _opposed(candidates: Candidates, pool: Pool, anchors: Sequence[Related]) -> dict[str, Opposed]:
    asked = candidates.asked
    near = [related.experience.id for related in anchors]
    shown = [related.experience.id for related in candidates.related]
    return surest(
        [
            *by_outcome(pool, near),
            *by_stance(pool, near),
            *by_insight(pool, shown, _passages(candidates), asked.index.idf),
        ]
    )


def _passages(candidates: Candidates) -> Sequence[Passage]:
    ids = [id_ for r in candidates.ranked[:INSIGHTS_OF] for id_ in r.passages[:PASSAGES_OF_EACH]]
    found = candidates.asked.read.passages(ids)
    return [found[id_] for id_ in ids if id_ in found]


def _against(here: Related, there: Related, pair: Opposed, asked: Asked) -> Related:
    """The counter-experience with its contrast to the one that it is held against."""
    own, other = here.experience, there.experience
    ledgers = (here.outcomes, there.outcomes)
    words = pair.words or _proofs(own, other)
    contrast = Contrast(
        kind=pair.kind,
        against=other.id,
        title=other.title,
        differs=differences(own, other, index=asked.index, ledgers=ledgers),
        shares=shared_facets(own, other),
        clear=pair.clear,
        words=tuple(q for q in words if verbatim(q, own) or verbatim(q, other)),
    )
    why = replace(here.why, difference=_told(own, other, pair, ledgers))
    return replace(here, why=why, contrast=contrast)


def _proofs(own: Experience, other: Experience) -> tuple[Quote, ...]:
    found = (proof(own, "contradicts"), proof(other, "supports"))
    return tuple(quote for quote in found if quote)


def _told(
    own: Experience,
    other: Experience,
    pair: Opposed,
    ledgers: tuple[Sequence[Outcome], Sequence[Outcome]],
) -> str:
    title = plain(other.title)
    if pair.kind == "insight":
        return f"what is said here speaks against “{title}”"
    if pair.kind == "stance" and own.votes and other.votes:
        here, there = votes_clause(own.votes), votes_clause(other.votes)
        return f"here {here}, while on “{title}” {there}"
    here, there = result_clause(own, ledgers[0]), result_clause(other, ledgers[1])
    return f"here {here}, while in “{title}” {there}"


def _against_itself(related: Related) -> Related:
    """An experience that worked for some and failed for others, held against itself."""
    experience = related.experience
    contrast = Contrast(
        kind="outcome",
        against=experience.id,
        title=experience.title,
        differs=own_differences(related.outcomes),
        words=tuple(quote for quote in (proof(experience, "context"),) if quote),
    )
    told = f"tried more than once: {result_clause(experience, related.outcomes)}"
    return replace(related, why=replace(related.why, difference=told), contrast=contrast)
