"""Pairs of experiences worth holding against each other, found by code.

A contrast is what a question asks about: two experiences that are near the problem and near
each other, and one thing that the evidence itself shows about them: opposite outcomes, an
exception, years between them, two fields, or the same result twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipeline.embeddings.base import Encoder, Vectors
from pipeline.patterns.naming import field, labels, telling_title
from pipeline.patterns.quoting import Telling, telling_sentences
from pipeline.patterns.subject import is_headed, shared_terms, stems, subject_of
from pipeline.records import Experience, PatternKind, Quote, Related, Stance

POOL = 12  # experiences that are compared
SENTENCES = 3  # candidates for the quotation from each
DRIFT_YEARS = 10
FAR = 0.66  # of the nearest: experiences that lie further from the problem take no part
ON_SUBJECT = 0.12  # nearer to the problem: its subject stands in the title or the tags
NEAR = 0.3  # below this cosine two experiences need a tag in common to be compared
WEAK = 0.8  # of the strongest: weaker contrasts are left out

_POLARITY = {"worked": 1, "partly": 0, "failed": -1}


@dataclass(frozen=True, slots=True)
class Side:
    """One experience of a contrast. `sentence` is its evidence, `fragment` a part of that.

    `label` refers to it in a few words; `title` is its title where that tells a reader what it
    is about, else empty.

    `nearness` to the problem is the mean of its cosine and of its score in the search, with a
    little more where title or tags name the problem's subject: higher is nearer.
    """

    experience: Experience
    label: str
    title: str
    sentence: Quote
    fragment: Quote | None
    nearness: float
    telling: float

    @property
    def polarity(self) -> int | None:
        """1 worked, 0 partly, -1 failed, None not known."""
        return _POLARITY.get(self.experience.status)


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two sides and what stands between them. Higher `strength` is better evidence.

    In a tension `a` turned out better than `b`; in an outlier `b` is the exception; in a drift
    `a` is the older. `group` are all related experiences that the claim counts.
    """

    kind: PatternKind
    a: Side
    b: Side
    subject: str
    shared: tuple[str, ...]
    strength: float
    group: tuple[Experience, ...]

    @property
    def years(self) -> int:
        """Years between the two, 0 if a date is missing."""
        first, second = self.a.experience.year, self.b.experience.year
        return abs(first - second) if first and second else 0

    @property
    def difference(self) -> str:
        """In what they differ, as a clause."""
        if self.kind in ("tension", "outlier") and self.a.polarity != self.b.polarity:
            return f"{_ended(self.a)} in the first and {_ended(self.b)} in the second"
        if self.kind == "drift":
            return f"{self.years} years lie between them"
        if self.kind == "cross-field":
            return f"one is from {field(self.a.experience)}, one from {field(self.b.experience)}"
        return "they come from different accounts"

    @property
    def key(self) -> frozenset[str]:
        """The two experiences, without order."""
        return frozenset((self.a.experience.id, self.b.experience.id))


def _ended(side: Side) -> str:
    return {1: "it worked", 0: "it worked partly", -1: "it failed"}[side.polarity or 0]


def find_contrasts(
    problem: str, related: Sequence[Related], counter: Sequence[Related], encoder: Encoder
) -> tuple[Contrast, ...]:
    """Contrasts among the experiences that were found for a problem, strongest first.

    An experience without a sentence that can be quoted takes no part. The same input gives the
    same contrasts.
    """
    pool = _pool(related, counter)
    subject = subject_of(problem, [hit.experience for hit in pool[:6]])
    sides, near = _sides(problem, pool, encoder, subject=subject)
    group = tuple(hit.experience for hit in related)
    opposed = {hit.experience.id for hit in counter}
    found: list[Contrast] = []
    floor = _floor([side.nearness for side in sides])
    alike = _shared_tags(sides)
    least = _near_enough(near)
    for i, j in combinations(range(len(sides)), 2):
        a, b = sides[i], sides[j]
        apart = near[i, j] < least and not alike[i, j]
        if apart or min(a.nearness, b.nearness) < floor or a.sentence.text == b.sentence.text:
            continue
        pair = _Pair(subject, a, b, float(near[i, j]), float(alike[i, j]), group)
        found += pair.contrasts(opposed)
    found += _outliers(subject, sides, group)
    ranked = sorted(found, key=lambda c: (-c.strength, c.kind, sorted(c.key)))
    return tuple(c for c in ranked if c.strength >= WEAK * ranked[0].strength)


def _floor(nearness: Sequence[float]) -> float:
    """Below this, an experience lies too far from the problem; the nearest five always stay."""
    ranked = sorted(nearness, reverse=True)
    return min(FAR * ranked[0], ranked[min(4, len(ranked) - 1)]) if ranked else 0.0


def _near_enough(near: Vectors) -> float:
    """Cosine from which two experiences have something in common.

    At most `NEAR`, which suits sentence encoders; where all cosines are small, as those of word
    counts are, the nearest third of the pairs counts.
    """
    pairs = near[np.triu_indices(len(near), k=1)]
    return min(NEAR, float(np.quantile(pairs, 2 / 3))) if len(pairs) else NEAR


def _shared_tags(sides: Sequence[Side]) -> Vectors:
    """How much two sides are tagged alike, (n, n), 0 to 2; a tag of most sides weighs little."""
    tags = [{tag.lower() for tag in side.experience.tags} for side in sides]
    counts = Counter(tag for own in tags for tag in own)
    shared = np.zeros((len(sides), len(sides)), np.float32)
    for i, j in combinations(range(len(sides)), 2):
        weight = sum(1 - (counts[tag] - 2) / len(sides) for tag in tags[i] & tags[j])
        shared[i, j] = shared[j, i] = min(2.0, weight)
    return shared


def _pool(related: Sequence[Related], counter: Sequence[Related]) -> list[Related]:
    room = POOL - min(4, len(counter))
    hits = [*related[:room], *counter[: POOL - room], *related[room:POOL]]
    unique: dict[str, Related] = {}
    for hit in hits:
        unique.setdefault(hit.experience.id, hit)
    return list(unique.values())


def _sides(
    problem: str, pool: Sequence[Related], encoder: Encoder, *, subject: str
) -> tuple[list[Side], Vectors]:
    """A side for every experience that can be quoted, and the cosines between them (n, n)."""
    wanted = stems(problem)
    told = [(hit, telling_sentences(hit.experience, wanted, limit=SENTENCES)) for hit in pool]
    told = [(hit, best) for hit, best in told if best]
    texts = [problem]
    for hit, best in told:
        texts += [hit.experience.title, *[hit.experience.text[t.start : t.end] for t in best]]
    vectors = encoder.encode(texts)
    to_problem = vectors @ vectors[0]
    sides, gists, row = [], [], 1
    names = labels([hit.experience for hit, _ in told])
    for (hit, best), label in zip(told, names, strict=True):
        rows = slice(row, row + 1 + len(best))
        gist = _mean(vectors[rows])
        scores = [t.value + 1.2 * float(to_problem[row + 1 + k]) for k, t in enumerate(best)]
        chosen = max(range(len(best)), key=lambda k: scores[k])
        nearness = (float(gist @ vectors[0]) + hit.score) / 2
        nearness += ON_SUBJECT * is_headed(hit.experience, subject)
        sides.append(_side(hit.experience, label, best[chosen], nearness, scores[chosen]))
        gists.append(gist)
        row = rows.stop
    stacked = np.stack(gists) if gists else np.zeros((0, encoder.dimension), np.float32)
    return sides, stacked @ stacked.T


def _mean(vectors: Vectors) -> Vectors:
    """The direction that the rows have in common, the first (a title) counting twice; (d,)."""
    total = vectors.sum(axis=0) + vectors[0]
    length = float(np.linalg.norm(total))
    mean: Vectors = total / length if length else total
    return mean


def _side(experience: Experience, label: str, told: Telling, nearness: float, value: float) -> Side:
    return Side(
        experience=experience,
        label=label,
        title=telling_title(experience.title),
        sentence=quote(experience, told.start, told.end),
        fragment=quote(experience, *told.fragment) if told.fragment else None,
        nearness=nearness,
        telling=value,
    )


def quote(experience: Experience, start: int, end: int, stance: Stance = "context") -> Quote:
    """The stretch of an experience's text as a quote."""
    return Quote(experience.id, experience.text[start:end], start, end, stance)


@dataclass(frozen=True, slots=True)
class _Pair:
    subject: str
    first: Side
    second: Side
    near: float
    tags: float
    group: tuple[Experience, ...]

    def contrasts(self, opposed: set[str]) -> list[Contrast]:
        """Every kind of contrast that the records of the two support."""
        one, two = self.first.experience, self.second.experience
        shared = shared_terms(one, two)
        found = []
        signs = {self.first.polarity, self.second.polarity}
        if signs == {1, -1}:
            found.append(self._made("tension", shared, bonus=0.35))
        elif None in signs and opposed & {one.id, two.id}:
            found.append(self._made("tension", shared, bonus=0.1))
        elif self.first.polarity == self.second.polarity and (shared or self.near > 0.35):
            found.append(self._made("agreement", shared, bonus=0.05))
        if (
            one.discipline
            and two.discipline
            and one.discipline != two.discipline
            and (shared or self.near > 0.3)
        ):
            found.append(self._made("cross-field", shared, bonus=0.15))
        apart = abs(one.year - two.year) if one.year and two.year else 0
        if apart >= DRIFT_YEARS and shared and one.discipline == two.discipline:
            found.append(self._made("drift", shared, bonus=0.1))
        return found

    def _made(self, kind: PatternKind, shared: tuple[str, ...], *, bonus: float) -> Contrast:
        a, b = _ordered(kind, self.first, self.second)
        return Contrast(
            kind=kind,
            a=a,
            b=b,
            subject=self.subject,
            shared=shared,
            strength=bonus + _strength(a, b, self.near, shared) + 0.4 * self.tags,
            group=self.group,
        )


def _ordered(kind: PatternKind, first: Side, second: Side) -> tuple[Side, Side]:
    if kind == "tension":
        swap = (second.polarity or 0) > (first.polarity or 0)
    elif kind == "drift":
        swap = (second.experience.year or 0) < (first.experience.year or 0)
    else:
        swap = second.nearness > first.nearness
    return (second, first) if swap else (first, second)


def _strength(a: Side, b: Side, near: float, shared: tuple[str, ...]) -> float:
    quotable = 0.2 * (a.fragment is not None) + 0.2 * (b.fragment is not None)
    evidence = 0.15 * (a.telling + b.telling) / 2
    alike = near + 0.05 * min(3, len(shared))
    return 2.5 * (a.nearness + b.nearness) + alike + quotable + evidence


def _outliers(subject: str, sides: Sequence[Side], group: tuple[Experience, ...]) -> list[Contrast]:
    """The one that went the other way where at least three went the same way."""
    members = {e.id for e in group}
    known = [s for s in sides if s.polarity and s.experience.id in members]
    for sign in (-1, 1):
        alone = [s for s in known if s.polarity == sign]
        rest = [s for s in known if s.polarity == -sign]
        if len(alone) == 1 and len(rest) >= 3:
            usual = max(rest, key=lambda s: s.nearness + 0.2 * s.telling)
            shared = shared_terms(usual.experience, alone[0].experience)
            strength = 0.4 + _strength(usual, alone[0], 0.3, shared)
            return [Contrast("outlier", usual, alone[0], subject, shared, strength, group)]
    return []
