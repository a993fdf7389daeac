"""What somebody typed, read as a problem and a filter.

Operators are `tag: author: discipline: outcome: source: before: after:`, exact phrases stand in
double quotes; `query_words` says where they count. Values with spaces stand in quotes; several
values with commas between them, or an operator that is repeated, let through what has one of
them. Names are forgiven a slip of the fingers, and a note says how they were read. A filter is
never ignored: where nothing has its value, nothing passes, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from dateutil.parser import parserinfo
from rapidfuzz.distance import OSA

from pipeline.index.base import EVERYTHING
from pipeline.records import Where
from pipeline.retrieval.names import NAMED_BY, Meant, NamedBy, Names
from pipeline.retrieval.query_words import (
    MOST_QUOTED,
    OPERATORS,
    Stretch,
    problem_words,
    stretches,
)

FIELD = {
    "tag": "tags",
    "author": "authors",
    "discipline": "disciplines",
    "outcome": "outcomes",
    "source": "sources",
}

_NUMBERS = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_MONTH = re.compile(r"(?:(\d{1,2})[ .-]+)?([^\W\d_]{3,9})[ .,-]+(\d{4})")
_LIKE_OPERATOR = re.compile(r"(?<!\S)(-?)([a-z]{3,12}):(?=[^\s/])", re.IGNORECASE)
_OPEN_QUOTE = re.compile(rf'(?<!\S)(?:{"|".join(OPERATORS)}):["“][^"”]*\Z', re.IGNORECASE)
_MONTHS = parserinfo()


@dataclass(frozen=True, slots=True)
class Query:
    """A problem in somebody's own words, with the filter that was typed along with it.

    `notes` say in a line each how it was read where that is not what was typed; `unknown` are
    the operators whose values nothing here has, as typed.
    """

    problem: str
    where: Where = EVERYTHING
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def lists(self) -> bool:
        """Whether there are no words to search for, only a filter: what passes is listed."""
        return not self.problem.strip() and not self.where.empty


def parse_query(text: str, *, known: Names, today: date) -> Query:
    """Read what somebody typed. Never raises; text without operators is the problem untouched.

    Args:
        text: A search with operators, a sentence, or a whole story.
        known: The names that values are held against.
        today: To tell dates that are still to come.

    >>> known = Names.of(disciplines={"nursing": 9}, tags={"night shift": 2})
    >>> today = date(2026, 1, 1)
    >>> read = parse_query("discipline:nursng after:2021 falls", known=known, today=today)
    >>> read.problem, read.where.disciplines, read.where.since.year
    ('falls', ('nursing',), 2021)
    >>> read.notes
    ('Read discipline:nursng as nursing.',)
    """
    found, line = stretches(text)
    reader = _Reading(known, line=line)
    taken = [one for one in found if reader.takes(one)]
    where = reader.where(today)
    notes = [*reader.notes, *(_slips(text, found) if line else ())]
    return Query(
        problem=problem_words(text, taken),
        where=where,
        notes=tuple(dict.fromkeys(notes)),
        unknown=tuple(dict.fromkeys(reader.unknown)),
    )


def read_date(text: str) -> date | None:
    """The first day of a year, a month, or a day, if the text is plainly one of them.

    >>> read_date("2021-05"), read_date("3 May 2021"), read_date("03/05/2021")
    (datetime.date(2021, 5, 1), datetime.date(2021, 5, 3), None)
    """
    text = text.strip()
    if numbers := _NUMBERS.fullmatch(text):
        year, month, day = (int(part or 1) for part in numbers.groups())
    elif named := _MONTH.fullmatch(text):
        day, month, year = int(named[1] or 1), _MONTHS.month(named[2]) or 0, int(named[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


class _Reading:
    """What the operators come to, one after the other."""

    def __init__(self, known: Names, *, line: bool) -> None:
        self.known = known
        self.line = line
        self.notes: list[str] = []
        self.unknown: list[str] = []
        self.names: dict[NamedBy, list[str]] = {}
        self.typed: dict[NamedBy, list[tuple[str, Meant]]] = {}
        self.dates: dict[str, list[date]] = {"before": [], "after": []}
        self.phrases: list[str] = []
        self.unreadable = False

    def takes(self, one: Stretch) -> bool:
        """Take a stretch into the filter; False leaves it among the words."""
        if one.kind == "quoted":
            self._quoted(one.values[0])
            return False
        if one.kind == "phrase":
            self.phrases.append(one.values[0])
            return True
        if one.operator in self.dates:
            return self._date(one)
        return self._name(one, next(name for name in NAMED_BY if name == one.operator))

    def _quoted(self, words: str) -> None:
        if 1 < len(words.split()) <= MOST_QUOTED:
            self.notes.append(
                f"“{words}” was read as words; +“{words}” finds only experiences that say "
                "exactly this."
            )

    def _left_in_story(self, one: Stretch) -> bool:
        """In a story what is no filter here is much more likely a part of it."""
        told = f"{one.operator}:{','.join(one.values)}"
        self.unknown.append(told)
        self.notes.append(f"{told} was read as words: there is no such {one.operator} here.")
        return False

    def _name(self, one: Stretch, operator: NamedBy) -> bool:
        meant = [(value, self.known.of_kind(operator).meant(value)) for value in one.values]
        if not self.line and not any(found.names for _, found in meant):
            return self._left_in_story(one)
        self.typed.setdefault(operator, []).extend(meant)
        for value, found in meant:
            self.names.setdefault(operator, []).extend(found.names)
            if found.how in {"corrected", "begins"}:
                self.notes.append(f"Read {operator}:{value} as {', '.join(found.names)}.")
        return True

    def _date(self, one: Stretch) -> bool:
        read = [read_date(value) for value in one.values]
        if not self.line and None in read:
            told = f"{one.operator}:{','.join(one.values)}"
            self.notes.append(f"{told} was read as words: it is no date that can be read.")
            return False
        for value, day in zip(one.values, read, strict=True):
            if day is not None:
                self.dates[one.operator].append(day)
                continue
            self.unreadable = True
            self.unknown.append(f"{one.operator}:{value}")
            self.notes.append(
                f"{one.operator}:{value} is no date that can be read, so nothing passes. "
                "Write 2021, 2021-05 or 2021-05-31."
            )
        return True

    def where(self, today: date) -> Where:
        """The filter, with notes on what nothing can pass."""
        fields: dict[str, tuple[str, ...]] = {"phrases": tuple(dict.fromkeys(self.phrases))}
        for operator, typed in self.typed.items():
            self._missing(operator, typed)
            # Names that nothing has stay in the filter: then nothing passes it.
            spelt = [value for value, _ in typed] if operator != "outcome" else []
            fields[FIELD[operator]] = tuple(dict.fromkeys(self.names[operator] or spelt))
        since = min(self.dates["after"], default=None)
        before = max(self.dates["before"], default=None)
        if since and since > today:
            self.notes.append(f"after:{since} is still to come.")
        if since and before and since >= before:
            self.notes.append(f"There is no time after:{since} and before:{before}.")
        read = Where(since=_midnight(since), before=_midnight(before))
        no_outcome = "outcome" in self.typed and not self.names["outcome"]
        nothing = self.unreadable or no_outcome
        return replace(read, **fields, nothing=nothing)  # type: ignore[arg-type]

    def _missing(self, operator: NamedBy, typed: Sequence[tuple[str, Meant]]) -> None:
        there = ", ".join(dict.fromkeys(self.names[operator]))
        for value, found in typed:
            if found.names:
                continue
            self.unknown.append(f"{operator}:{value}")
            follows = f"{operator}:{there} alone counts" if there else "so nothing passes"
            told = f"No experience here has {operator}:{value}, {follows}."
            self.notes.append(f"{told} {self._help(operator, found)}")

    def _help(self, operator: NamedBy, found: Meant) -> str:
        if operator == "outcome":
            return f"The outcomes are {', '.join(self.known.outcome.counts)}."
        nearest = f"The nearest: {', '.join(found.nearest)}. " if found.nearest else ""
        return f"{nearest}To search for it as words, leave a space after the colon."


def _midnight(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None


def _slips(text: str, found: Sequence[Stretch]) -> Iterator[str]:
    """Notes on what looks like an operator and was read as words."""
    for match in _LIKE_OPERATOR.finditer(text):
        if any(one.start <= match.start() < one.end for one in found):
            continue
        name = match[2].lower()
        if match[1] and name in OPERATORS:
            yield f"-{name}: was read as words; a search cannot leave out, only narrow down."
        elif name not in OPERATORS and not match[1] and len(name) > 3:  # "taf:" and the like
            near = next((o for o in OPERATORS if OSA.distance(name, o, score_cutoff=1) <= 1), "")
            if near:
                yield f"{match[2]}: was read as words; the operator is {near}:"
    if open_quote := _OPEN_QUOTE.search(text):
        yield f"{open_quote[0].strip()} was read as words: its quotes are not closed."
