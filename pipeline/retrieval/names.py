"""The names that a search can be narrowed by, and which of them somebody meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from pipeline.records import OUTCOME_STATUSES

NamedBy = Literal["tag", "author", "discipline", "outcome", "source"]
"""Operators whose value is a name."""

NAMED_BY: tuple[NamedBy, ...] = ("tag", "author", "discipline", "outcome", "source")

How = Literal["same", "corrected", "begins", "unknown"]

FEW = 3
"""Names that one beginning may stand for, and nearest names that are told."""

SHORTEST_BEGINNING = 3
NEAR = 0.82  # of 1: how like a name, or a word in it, must be to be told as one of the nearest
ONE_SLIP, TWO_SLIPS = 4, 8  # characters from which so many slips of the fingers are forgiven

_GAPS = re.compile(r"[\s_\-‐‑–—]+")
_AROUND = " .,;:!?()[]{}<>'’\"“”"
_WITH_DIGIT = re.compile(r"\w*\d\w*")


@dataclass(frozen=True, slots=True)
class Meant:
    """The names that something typed stands for; `nearest` when it is none of them.

    `how`: "same" but for case, hyphens and spaces; "corrected" after a slip; "begins" with what
    was typed; "unknown" when there is no such name.
    """

    names: tuple[str, ...]
    how: How
    nearest: tuple[str, ...] = ()


def folded_name(name: str) -> str:
    """A name as it is compared: without case; hyphens, underscores and spaces are the same.

    >>> folded_name("Patient-Safety"), folded_name("patient  safety")
    ('patient safety', 'patient safety')
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return _GAPS.sub(" ", plain).strip() or plain.strip()


class Column:
    """The values of one kind, each with the number of experiences that have it.

    Args:
        counts: Value to number of experiences.
        aliases: Other names of values, such as the shown name of somebody with a pseudonym.
    """

    def __init__(
        self, counts: Mapping[str, int], *, aliases: Mapping[str, str] | None = None
    ) -> None:
        self.counts = dict(counts)
        self.shown: dict[str, str] = {}
        spelt: dict[str, list[str]] = {}
        for said, name in (*((name, name) for name in self.counts), *(aliases or {}).items()):
            key = folded_name(said)
            self.shown.setdefault(key, said)
            spelt.setdefault(key, []).append(name)
        self.spelt = {key: tuple(names) for key, names in spelt.items()}
        """Names by the way they are compared, in the order they were given."""

    def number(self, folded: str) -> int:
        """How many experiences have the names that are compared like this."""
        return sum(self.counts.get(name, 0) for name in self.spelt[folded])

    def meant(self, typed: str) -> Meant:
        """Which names were meant by something typed.

        >>> Column({"nursing": 9, "software operations": 4}).meant("nursng")
        Meant(names=('nursing',), how='corrected', nearest=())
        """
        wanted = folded_name(typed)
        for exact in (wanted, wanted.strip(_AROUND)):
            if exact in self.spelt:
                return Meant(self.spelt[exact], "same")
        wanted = wanted.strip(_AROUND) or wanted
        if found := self._beginning(f"{wanted} "):
            return Meant(self._names(found), "begins")
        if corrected := self._corrected(wanted):
            return Meant(self.spelt[corrected], "corrected")
        if found := self._beginning(wanted):
            return Meant(self._names(found), "begins")
        return Meant((), "unknown", self._nearest(wanted))

    def completions(self, typed: str, *, most: int) -> list[tuple[str, int]]:
        """Names that go on from what was typed, with how many experiences have them.

        First those that begin with it, then those with a word that does, each most used first;
        where there are none, the names that a slip of the fingers made this of.
        """
        start = folded_name(typed)
        begin = [key for key in self.spelt if key.startswith(start)]
        inside = [key for key in self.spelt if f" {start}" in key] if start else []
        if not begin and not inside:
            corrected = self._corrected(start)
            begin = [corrected] if corrected else self._slipped_beginning(start)
        inside = [key for key in inside if not key.startswith(start)]
        ordered = [*sorted(begin, key=self._by_use), *sorted(inside, key=self._by_use)]
        return [(self.shown[key], self.number(key)) for key in ordered[:most]]

    def _slipped_beginning(self, start: str) -> list[str]:
        """Names that begin with this but for one slip of the fingers."""
        if len(start) < ONE_SLIP:
            return []
        return [key for key in self.spelt if OSA.distance(start, key[: len(start)]) <= 1]

    def _names(self, folded: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for key in folded for name in self.spelt[key])

    def _beginning(self, start: str) -> list[str]:
        """Names that begin like this; none where they are too many to be what was meant."""
        if len(start.strip()) < SHORTEST_BEGINNING:
            return []
        found = [key for key in self.spelt if key.startswith(start)]
        return sorted(found, key=self._by_use) if len(found) <= FEW else []

    def _corrected(self, wanted: str) -> str | None:
        """The name that a slip of the fingers makes this of; numbers are never corrected."""
        slips = (len(wanted) >= ONE_SLIP) + (len(wanted) >= TWO_SLIPS)
        if not slips:
            return None
        near = process.extract(
            wanted, self.spelt.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None
        )
        numbers = _WITH_DIGIT.findall(wanted)
        same = [(slip, key) for key, slip, _ in near if _WITH_DIGIT.findall(key) == numbers]
        best = min(same, key=lambda one: (one[0], self._by_use(one[1])), default=None)
        return best[1] if best else None

    def _nearest(self, wanted: str) -> tuple[str, ...]:
        near = [(likeness, key) for key in self.spelt if (likeness := _likeness(wanted, key))]
        near.sort(key=lambda one: (-one[0], self._by_use(one[1])))
        return tuple(self.shown[key] for _, key in near[:FEW])

    def _by_use(self, folded: str) -> tuple[int, str]:
        return (-self.number(folded), folded)


def _likeness(wanted: str, name: str) -> float:
    """How like a name is, from 0 to 1: as a whole, or by a word of both; 0 when not very."""
    pairs = [(wanted, name)]
    pairs += [
        (typed, word)
        for typed in wanted.split()
        for word in name.split()
        if min(len(typed), len(word)) >= ONE_SLIP
    ]
    return max(JaroWinkler.similarity(a, b, score_cutoff=NEAR) for a, b in pairs)


@dataclass(frozen=True, slots=True)
class Names:
    """What a community can be searched by. `years` counts the experiences of each year."""

    tag: Column
    author: Column
    discipline: Column
    outcome: Column
    source: Column
    years: Mapping[int, int]

    @classmethod
    def of(
        cls,
        *,
        tags: Mapping[str, int] | None = None,
        authors: Mapping[str, int] | None = None,
        disciplines: Mapping[str, int] | None = None,
        outcomes: Mapping[str, int] | None = None,
        sources: Mapping[str, int] | None = None,
        years: Mapping[int, int] | None = None,
        people: Mapping[str, str] | None = None,
    ) -> Names:
        """Names from counts; `people` gives pseudonyms by the names that their owners show.

        All five outcomes are known, whether an experience has them or not.
        """
        told = outcomes or {}
        return cls(
            tag=Column(tags or {}),
            author=Column(authors or {}, aliases=people),
            discipline=Column(disciplines or {}),
            outcome=Column({status: told.get(status, 0) for status in OUTCOME_STATUSES}),
            source=Column(sources or {}),
            years=dict(years or {}),
        )

    def of_kind(self, operator: NamedBy) -> Column:
        """The names that an operator takes."""
        columns: dict[NamedBy, Column] = {
            "tag": self.tag,
            "author": self.author,
            "discipline": self.discipline,
            "outcome": self.outcome,
            "source": self.source,
        }
        return columns[operator]
