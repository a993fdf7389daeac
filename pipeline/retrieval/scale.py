"""How large a thing was: numbers with what they count, and words for small and large."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.embeddings.tokens import stem

TIMES_AS_MANY = 3.0
"""From this ratio on, two numbers of the same thing are a difference of scale."""

READ = 6000
"""Characters of a text that are read for it."""

_NUMBERS = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0,
    "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0, "dozen": 12.0,
    "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "hundred": 100.0,
}  # fmt: skip
_TIMES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_MEASURES = """
percent per cent year month week day hour minute second time dollar euro pound case degree metre
meter kilometre kilometer mile foot feet inch kilogram gram tonne ton january february march april
may june july august september october november december of or and to in at by from the a an other
more less than point way thing half quarter third step reason part phase kind century decade volt
watt megawatt litre
"""
_NOT_COUNTED = frozenset(map(stem, _MEASURES.split()))
_written = "|".join(_NUMBERS)
_counted = re.compile(
    rf"(?<![\w.,$€£-])(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{_written})"
    r"(?:\s+(?P<times>hundred|thousand|million|billion))?"
    rf"\s+(?!(?:{_written})\b)(?P<words>[a-z][a-z-]+(?:\s+[a-z][a-z-]+)?)",
    re.IGNORECASE,
)
_small = re.compile(
    r"\b(?:pilot (?:project|programme|program|site|study)|prototypes?|small[- ]scale|"
    r"(?:a|one) (?:single|small) \w+|(?:a|one) (?:ward|unit|school|class|team|village|site|plant|"
    r"hospital|department)|a few \w+|a handful of \w+)\b",
    re.IGNORECASE,
)
_large = re.compile(
    r"\b(?:nation[- ]?wide|national(?: roll-?out)?|state[- ]?wide|province[- ]?wide|world[- ]?wide|"
    r"large[- ]scale|(?:a|the) whole (?:country|state|province|company|city|organisation|region)|"
    r"across the (?:country|company|state|world)|(?:millions|thousands|hundreds) of \w+|"
    r"every (?:school|hospital|ward|site|customer|office|department|state)|"
    r"all (?:schools|hospitals|wards|sites|customers|offices|departments|states))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, with the number that it tells."""

    start: int
    end: int
    number: float = 0.0


def scale_difference(one: str, other: str) -> tuple[Span, Span] | None:
    """Where two texts tell of clearly different sizes: a stretch of each, or None.

    The same thing counted, one at least three times the other, comes first; else words for
    small in one and for large in the other.

    >>> here, there = "We tried it on 2 wards.", "All 42 wards of the province had to report."
    >>> a, b = scale_difference(here, there)
    >>> here[a.start:a.end], there[b.start:b.end]
    ('2 wards', '42 wards')
    """
    ours, theirs = _counts(one[:READ]), _counts(other[:READ])
    best: tuple[float, Span, Span] | None = None
    for thing in ours.keys() & theirs.keys():
        a, b = ours[thing], theirs[thing]
        ratio = max(a.number, b.number) / min(a.number, b.number)
        if ratio >= TIMES_AS_MANY and (
            best is None or (ratio, -a.start) > (best[0], -best[1].start)
        ):
            best = (ratio, a, b)
    if best:
        return best[1], best[2]
    small, large = _first(_small, one), _first(_large, one)
    other_small, other_large = _first(_small, other), _first(_large, other)
    if small and not large and other_large and not other_small:
        return small, other_large
    if large and not small and other_small and not other_large:
        return large, other_small
    return None


@lru_cache(maxsize=512)
def _counts(text: str) -> dict[str, Span]:
    """The largest number of each thing that a text counts."""
    found: dict[str, Span] = {}
    for match in _counted.finditer(text):
        number = _number(match["number"]) * _TIMES.get((match["times"] or "").lower(), 1.0)
        thing, end = _thing(match)
        if not thing or number <= 0 or _is_year(match["number"]):
            continue
        if thing not in found or number > found[thing].number:
            found[thing] = Span(match.start(), end, number)
    return found


def _is_year(written: str) -> bool:
    return len(written) == 4 and written.isdecimal() and "1500" <= written <= "2100"


def _number(written: str) -> float:
    word = written.lower()
    return _NUMBERS[word] if word in _NUMBERS else float(word.replace(",", ""))


def _thing(match: re.Match[str]) -> tuple[str, int]:
    """What is counted, by its stem, and where it ends: a plural, at most one word away."""
    at = match.start("words")
    for word in re.finditer(r"[a-z-]+", match["words"].lower()):
        name = stem(word[0])
        if name in _NOT_COUNTED:
            break
        plural = word[0].endswith("s") and not word[0].endswith("ss")
        if plural or word[0] in ("people", "staff", "children", "men", "women"):
            return name, at + word.end()
    return "", at


def _first(pattern: re.Pattern[str], text: str) -> Span | None:
    match = pattern.search(text[:READ])
    return Span(match.start(), match.end()) if match else None
