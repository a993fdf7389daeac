"""What stands against what: opposite outcomes, majorities and insights among experiences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipeline.records import Experience, OutcomeStatus, Passage, Quote, Stance, Votes
from pipeline.retrieval.against import claims_of, opposed
from pipeline.retrieval.claims import Claim

NEARNESS = 0.15
"""What nearness to the problem counts against likeness to the other one."""

PARTLY = 0.06
"""What an outcome in part takes from a pair: it is only half an opposite."""

DECIDED = 0.6
"""Share of those who took a side from which on they are a majority worth the name."""

FEWEST_VOTES = 5

TURNED: Mapping[OutcomeStatus, tuple[OutcomeStatus, ...]] = {
    "worked": ("failed", "partly"),
    "failed": ("worked", "partly"),
    "partly": ("worked", "failed"),
}
"""The outcomes that are opposite to one, the clearest first."""


class Opposed(NamedTuple):
    """One experience held against another. Higher `weight` is surer; `words` are of both.

    `clear` is False where the two may be about different things.
    """

    experience: str
    against: str
    kind: Literal["outcome", "insight", "stance"]
    weight: float
    words: tuple[Quote, ...] = ()
    clear: bool = True


@dataclass(frozen=True, slots=True)
class Pool:
    """Experiences near to a problem, nearest first, and how to compare them.

    `near` is the nearness of each to the problem. An anchor is an experience that others are
    held against; it must stand before them. `counter` is the nearness to the problem and `alike`
    the likeness that a pair needs; from `clear` on both are clearly about the same, and then
    the later one need not be near to how the problem was told.
    """

    order: Sequence[str]
    experiences: Mapping[str, Experience]
    near: Mapping[str, float]
    counter: float
    alike: float
    clear: float
    likeness: Callable[[str, str], float]

    def pairs(self, anchors: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Each experience with every anchor that stands before it: the later one first."""
        place = {id_: number for number, id_ in enumerate(self.order)}
        for anchor in anchors:
            for later in self.order[place.get(anchor, len(place)) + 1 :]:
                yield later, anchor

    def subject(self, id_: str, anchor: str, *, less: float = 0.0) -> float:
        """How surely an experience and an anchor are about the same; 0 when it is not enough."""
        alike = self.likeness(id_, anchor) - less
        near = self.near[id_] >= self.counter or alike >= self.clear
        return alike if near and alike >= self.alike else 0.0


def by_outcome(pool: Pool, anchors: Sequence[str]) -> Iterator[Opposed]:
    """Opposite outcomes of what is alike; in part against worked or failed counts less."""
    for id_, anchor in pool.pairs(anchors):
        here, there = pool.experiences[id_].status, pool.experiences[anchor].status
        if here not in TURNED.get(there, ()):
            continue
        less = PARTLY if "partly" in (here, there) else 0.0
        alike = pool.subject(id_, anchor, less=less)
        if alike:
            weight = alike + NEARNESS * pool.near[id_]
            yield Opposed(id_, anchor, "outcome", weight, clear=alike >= pool.clear)


def by_stance(pool: Pool, anchors: Sequence[str]) -> Iterator[Opposed]:
    """Statements that are alike, of which a majority agreed with one and not with the other."""
    for id_, anchor in pool.pairs(anchors):
        here = leaning(pool.experiences[id_].votes)
        if not here or here != -leaning(pool.experiences[anchor].votes):
            continue
        alike = pool.subject(id_, anchor)
        if alike:
            weight = alike + NEARNESS * pool.near[id_]
            yield Opposed(id_, anchor, "stance", weight, clear=alike >= pool.clear)


def by_insight(
    pool: Pool,
    anchors: Sequence[str],
    passages: Iterable[Passage],
    rarity: Callable[[Sequence[str]], Sequence[float]],
) -> Iterator[Opposed]:
    """Insights that speak against each other, each with the sentence of both."""
    place = {id_: number for number, id_ in enumerate(pool.order)}
    claims = [claim for p in passages if p.experience in place for claim in claims_of(p)]
    wanted = set(anchors)
    for pair in opposed(claims, rarity):
        before, after = sorted((pair.one, pair.other), key=lambda c: place[c.experience])
        if before.experience not in wanted or pool.near[after.experience] < pool.counter:
            continue
        words = (
            _quote(pool.experiences[after.experience], after, stance="contradicts"),
            _quote(pool.experiences[before.experience], before, stance="supports"),
        )
        weight = pair.weight + NEARNESS * pool.near[after.experience]
        yield Opposed(after.experience, before.experience, "insight", weight, words)


def leaning(votes: Votes | None) -> int:
    """1 where a majority agreed, -1 where one disagreed, 0 where neither is clear.

    >>> leaning(Votes(agree=30, disagree=10)), leaning(Votes(3, 9)), leaning(Votes(5, 5))
    (1, -1, 0)
    """
    if votes is None or votes.agree + votes.disagree < FEWEST_VOTES:
        return 0
    share = votes.agree / (votes.agree + votes.disagree)
    return int(share >= DECIDED) - int(share <= 1 - DECIDED)


def surest(found: Iterable[Opposed]) -> dict[str, Opposed]:
    """The surest of each experience, surest first; words that speak against stay with it."""
    words: dict[tuple[str, str], tuple[Quote, ...]] = {}
    best: dict[str, Opposed] = {}
    for one in found:
        if one.words:
            words.setdefault((one.experience, one.against), one.words)
        if one.experience not in best or one.weight > best[one.experience].weight:
            best[one.experience] = one
    ordered = sorted(best.values(), key=lambda o: (-o.weight, o.experience))
    return {
        o.experience: o._replace(words=o.words or words.get((o.experience, o.against), ()))
        for o in ordered
    }


def verbatim(quote: Quote, experience: Experience) -> bool:
    """Whether a quote stands in its experience word for word, at its place."""
    return experience.id == quote.experience and (
        experience.text[quote.start : quote.end] == quote.text
    )


def _quote(experience: Experience, claim: Claim, *, stance: Stance) -> Quote:
    text = experience.text[claim.start : claim.end]
    return Quote(experience.id, text, claim.start, claim.end, stance)
