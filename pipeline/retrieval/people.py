"""Who has lived a problem, among the people who agreed to be named; the others are counted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.records import Consent, Lived, Person, Related

TOLD, TRIED, WROTE_TOO = 1.0, 0.7, 0.4
"""What an experience counts for who told it, who tried it since, who wrote in its thread too."""

NEAR_ENOUGH = 0.5
"""Part of the nearest experience's score from which an experience counts as matching."""

TAG_WEIGHT = 0.5  # of a tag, against a discipline
MOST_DISCIPLINES, MOST_TAGS = 3, 5  # of the nearest experiences, that somebody is looked for in
MOST_SHOWN = 5  # experiences of a person whom one might ask


class Field(NamedTuple):
    """A discipline or tag: where a problem lies."""

    kind: str
    name: str


@dataclass
class _Tally:
    """What speaks for one person."""

    score: float = 0.0
    experiences: list[str] = field(default_factory=list)

    def add(self, experience: str, weight: float) -> None:
        self.score += weight
        if experience not in self.experiences:
            self.experiences.append(experience)


def who_lived(related: Sequence[Related], people: Mapping[str, Consent]) -> Lived:
    """People by how many of the matching experiences are theirs, and how near these are.

    Theirs are those that they told; those that they tried since and those in whose thread they
    wrote count for less. An experience matches when it is at least half as near as the nearest.

    Args:
        related: What was found, nearest first.
        people: Who agreed to be named, by pseudonym.
    """
    best = max((one.score for one in related), default=0.0)
    tallies: dict[str, _Tally] = {}
    for one in related:
        if one.score <= 0 or one.score < NEAR_ENOUGH * best:
            continue
        for author, weight in _hands(one).items():
            tallies.setdefault(author, _Tally()).add(one.experience.id, weight * one.score)
    return _lived(tallies, people, others=sum(author not in people for author in tallies))


def fields_near(related: Sequence[Related]) -> dict[Field, float]:
    """The disciplines and tags of what was found, each with its weight, weightiest first."""
    weights: dict[Field, float] = {}
    for one in related:
        experience = one.experience
        if experience.discipline:
            at = Field("discipline", experience.discipline)
            weights[at] = weights.get(at, 0.0) + one.score
        for tag in experience.tags:
            at = Field("tag", tag)
            weights[at] = weights.get(at, 0.0) + TAG_WEIGHT * one.score / len(experience.tags)
    ordered = sorted(weights, key=lambda at: (-weights[at], at))
    disciplines = [at for at in ordered if at.kind == "discipline"][:MOST_DISCIPLINES]
    tags = [at for at in ordered if at.kind == "tag"][:MOST_TAGS]
    return {at: weights[at] for at in [*disciplines, *tags]}


def who_to_ask(
    fields: Mapping[Field, float],
    told: Iterable[tuple[str, str, Field]],
    people: Mapping[str, Consent],
    *,
    others: int = 0,
) -> Lived:
    """Whom to ask about a problem that nobody has lived: who knows most of what lies around it.

    In each field, more experiences count ever less, so that knowing two of the fields around a
    problem outweighs having told much in one.

    Args:
        fields: Where the problem lies, with weights; see `fields_near`.
        told: Author, experience and field of what people told there, newest first.
        people: Who agreed to be named, by pseudonym.
        others: How many more have told something there.
    """
    counts: dict[str, dict[Field, int]] = {}
    tallies: dict[str, _Tally] = {}
    for author, experience, at in told:
        mine = counts.setdefault(author, {})
        mine[at] = mine.get(at, 0) + 1
        tallies.setdefault(author, _Tally()).add(experience, 0.0)
    for author, tally in tallies.items():
        tally.score = sum(fields.get(at, 0.0) * math.log1p(n) for at, n in counts[author].items())
        tally.experiences = tally.experiences[:MOST_SHOWN]
    return _lived(tallies, people, others=others)


def _hands(one: Related) -> dict[str, float]:
    """Everybody who had a hand in an experience, with the weight of it."""
    experience = one.experience
    hands = {part.author: WROTE_TOO for part in experience.parts if part.author}
    hands |= {o.author: TRIED for o in one.outcomes if o.author and not o.from_source}
    if experience.author:
        hands[experience.author] = TOLD
    return hands


def _lived(tallies: Mapping[str, _Tally], people: Mapping[str, Consent], *, others: int) -> Lived:
    named = [
        Person(
            author=author,
            name=people[author].name,
            experiences=tuple(tally.experiences),
            contact=people[author].contact,
            score=round(tally.score, 4),
        )
        for author, tally in tallies.items()
        if author in people
    ]
    named.sort(key=lambda person: (-person.score, person.name.casefold(), person.author))
    return Lived(tuple(named), others)
