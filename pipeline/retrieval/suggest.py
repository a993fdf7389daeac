"""What to offer while somebody types. Nothing is embedded and no language model is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.retrieval.names import NAMED_BY, NamedBy, Names, folded_name
from pipeline.retrieval.query_words import OPERATORS, problem_words, stretches
from pipeline.retrieval.titles import Titles, folded_words

SuggestionKind = Literal["operator", "name", "date", "experience", "search", "problem"]

MOST = 8
MOST_NAMES, MOST_SEARCHES, MOST_PROBLEMS, MOST_OPERATORS = 3, 2, 2, 2
SHORTEST_NAME = 3  # characters from which names are offered without their operator
SHORTEST_TITLE = 2
NAME_WORDS = 3  # words at the end of what was typed that may begin a name
LONGEST_TYPED = 300  # characters from which somebody is telling a story

HELP = {
    "tag": "tagged with",
    "author": "told by",
    "discipline": "of a discipline",
    "outcome": "that worked, partly, failed, too early or unknown",
    "source": "from a source",
    "after": "from a year, month or day on",
    "before": "from before a year, month or day",
}

_VALUE = re.compile(
    rf"(?<!\S)(?P<operator>{'|'.join(OPERATORS)}):"
    r'(?P<given>(?:(?:"[^"\n]*+"|“[^”\n]*+”|[^\s",“”]++),)*+)'
    r'(?P<value>["“][^"”\n]*+|[^\s",“”]*+)\Z',
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"(?<!\S)[a-z]+:?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to choose while typing.

    `text` is what the search is when it is chosen, `label` what is shown. `count` is how many
    experiences it lets through, where that is known. `operator` says what a name or a date
    belongs to, `experience` is the id of an experience found by its title.
    """

    text: str
    label: str
    kind: SuggestionKind
    count: int | None = None
    operator: str = ""
    experience: str = ""


def suggest(
    typed: str,
    *,
    names: Names,
    titles: Titles,
    searches: Mapping[str, str] | None = None,
    problems: Sequence[str] = (),
    most: int = MOST,
) -> tuple[Suggestion, ...]:
    """What somebody may be about to type, likeliest first; never raises.

    Behind an operator only its values are offered. Elsewhere names, saved searches, problems
    asked before and operators come first, titles of experiences fill at least half of the list.

    Args:
        typed: What is typed so far.
        names: What a search can be narrowed by.
        titles: The titles of the community.
        searches: Saved searches: name to what they search for.
        problems: Problems asked before, newest first.
        most: How many suggestions at most.

    >>> known = Names.of(disciplines={"nursing": 9}, tags={"night shift": 2})
    >>> [one.text for one in suggest("falls tag:ni", names=known, titles=Titles([]))]
    ['falls tag:"night shift"']
    """
    if most < 1 or len(typed) > LONGEST_TYPED:
        return ()
    if value := _VALUE.search(typed):
        operator = value["operator"].lower()
        start = typed[: value.start("value")]
        begun = value["value"].strip('"“')
        return tuple(_values(operator, start, begun, names=names))[:most]
    found = [*_names(typed, names), *_searches(typed, searches or {}), *_problems(typed, problems)]
    found += _operators(typed)
    operators = [one for one in stretches(typed)[0] if one.kind == "operator"]
    words = problem_words(typed, operators).strip()
    named = titles.matching(words, most=most) if len(words) >= SHORTEST_TITLE else []
    first = _once(found)[: most - min(len(named), most // 2)]
    by_title = [Suggestion(title, title, "experience", experience=id_) for id_, title in named]
    return tuple(_once([*first, *by_title])[:most])


def _values(operator: str, start: str, begun: str, *, names: Names) -> Iterator[Suggestion]:
    named = next((name for name in NAMED_BY if name == operator), None)
    if named is None:
        yield from _years(operator, start, begun, names.years)
        return
    for name, count in names.of_kind(named).completions(begun, most=MOST + 1):
        if name != begun:
            yield _named(named, start, name, count)


def _named(operator: NamedBy, start: str, name: str, count: int) -> Suggestion:
    return Suggestion(f"{start}{quoted(name)}", name, "name", count, operator)


def quoted(name: str) -> str:
    """A name as it is written behind an operator.

    >>> quoted("nursing"), quoted("night shift")
    ('nursing', '"night shift"')
    """
    if not re.search(r'[\s,"“”]|://', name):
        return name
    return f"“{name}”" if '"' in name else f'"{name}"'


def _years(operator: str, start: str, begun: str, years: Mapping[int, int]) -> Iterator[Suggestion]:
    """Years that there are experiences of, newest first, with how many each lets through."""
    for year in sorted(years, reverse=True):
        if str(year).startswith(begun) and str(year) != begun:
            passed = (n for y, n in years.items() if (y >= year) == (operator == "after"))
            yield Suggestion(f"{start}{year}", str(year), "date", sum(passed), operator)


def _names(typed: str, names: Names) -> list[Suggestion]:
    """Names that begin with the last words typed, those of several words first."""
    found: list[Suggestion] = []
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S", typed)]
    for at in starts[-NAME_WORDS:]:
        words = folded_name(typed[at:])
        if len(words) < SHORTEST_NAME:
            continue
        near = [
            _named(operator, f"{typed[:at]}{operator}:", name, count)
            for operator in NAMED_BY
            for name, count in names.of_kind(operator).completions(words, most=MOST_NAMES)
            if folded_name(name).startswith(words) and count
        ]
        found += sorted(near, key=lambda one: -(one.count or 0))
    return _once(found)[:MOST_NAMES]


def _searches(typed: str, searches: Mapping[str, str]) -> list[Suggestion]:
    found = [
        Suggestion(query, name, "search")
        for name, query in searches.items()
        if _has(f"{name} {query}", typed)
    ]
    return found[:MOST_SEARCHES]


def _problems(typed: str, problems: Sequence[str]) -> list[Suggestion]:
    asked = (problem for problem in problems if problem != typed and _has(problem, typed))
    return [Suggestion(p, p, "problem") for p, _ in zip(asked, range(MOST_PROBLEMS), strict=False)]


def _has(text: str, typed: str) -> bool:
    """Whether each word typed begins a word of the text."""
    there = folded_words(text)
    return all(any(word.startswith(t) for word in there) for t in folded_words(typed))


def _operators(typed: str) -> list[Suggestion]:
    """Operators that begin with the last word; all of them where nothing is typed yet."""
    last = _LAST_WORD.search(typed)
    if not last and typed.strip():
        return []
    begun, start = (last[0].lower(), typed[: last.start()]) if last else ("", typed)
    fitting = [operator for operator in OPERATORS if f"{operator}:".startswith(begun)]
    found = [
        Suggestion(f"{start}{operator}:", f"{operator}: {HELP[operator]}", "operator")
        for operator in fitting
    ]
    return found[:MOST_OPERATORS] if begun else found


def _once(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    kept: dict[tuple[str, str], Suggestion] = {}
    for one in suggestions:
        kept.setdefault((one.kind, one.text), one)
    return list(kept.values())
