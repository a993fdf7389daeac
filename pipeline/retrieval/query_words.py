"""Which stretches of what was typed are operators and exact phrases; the rest is the problem.

Somebody may type `tag:handover falls at night`, or paste a story with "Note: …", addresses, code
and quotations. So a stretch counts only where it can hardly be anything else:

- An operator is one of the seven words, a colon, and at once a value; it begins a word.
- In a search line (one line, at most 200 characters) operators count anywhere. In anything
  longer they count only in front of the text and after it.
- Words in double quotes are an exact phrase in a search line that is no sentence: two to eight
  words in quotes (one will do when it stands alone), at most six outside, no full stop. `+"…"`
  is an exact phrase always.
- Between backticks nothing counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

SEARCH_LINE = 200  # characters of the longest line that is read as a search rather than a story
MOST_AROUND = 6  # words outside the quotes of a line in which a phrase is exact
FEWEST_QUOTED, MOST_QUOTED = 2, 8  # words of a phrase that is exact without a plus sign
LONGEST = 100  # characters of a value
MOST = 20  # operators and phrases in one query, values behind one operator

OPERATORS = ("tag", "discipline", "outcome", "after", "before", "author", "source")

_QUOTED = r'(?:"[^"\n]++"|“[^”\n]++”)'
_VALUE = rf'(?:{_QUOTED}|(?![a-z]++://)[^\s",“”]++)'
_STRETCH = re.compile(
    rf"(?<!\S)(?:(?P<operator>{'|'.join(OPERATORS)}):(?P<values>{_VALUE}(?:,++{_VALUE})*+),?(?!\S)"
    rf"|(?P<plus>\+?)(?P<phrase>{_QUOTED})(?!\w))",
    re.IGNORECASE,
)
_ONE_VALUE = re.compile(_VALUE)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*+`", re.DOTALL)
_ENDS = re.compile(r"[.!?;](?:\s|$)")
_WORD = re.compile(r"\w[\w'’-]*+")
_OPENING = '"“'

Kind = Literal["operator", "phrase", "quoted"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of what was typed, `typed[start:end]`, that may be more than words.

    `kind`: "operator" with its name and values; "phrase", an exact one, with its words as the
    only value; "quoted" words that are left as they are.
    """

    kind: Kind
    start: int
    end: int
    values: tuple[str, ...]
    operator: str = ""


def stretches(typed: str) -> tuple[tuple[Stretch, ...], bool]:
    """What counts in order, and whether it was read as a search line.

    >>> [(one.operator, one.values) for one in stretches('tag:night,"hand over" falls')[0]]
    [('tag', ('night', 'hand over'))]
    >>> stretches("Note: see http://example.org")
    ((), True)
    """
    line = is_search_line(typed)
    found = list(_all(typed))
    if not line:
        return _at_the_ends(typed, [one for one in found if one.kind != "quoted"]), False
    outside = _without(typed, found)
    around = len(_WORD.findall(outside))
    if around > MOST_AROUND or _ENDS.search(outside):
        return tuple(found[:MOST]), True
    fewest = FEWEST_QUOTED if around else 1
    return tuple(_exact(one, fewest=fewest) for one in found[:MOST]), True


def is_search_line(typed: str) -> bool:
    """Whether it is short enough to be a search rather than a story."""
    text = typed.strip()
    return len(text) <= SEARCH_LINE and "\n" not in text


def _all(typed: str) -> Iterator[Stretch]:
    code = [(match.start(), match.end()) for match in _CODE.finditer(typed)]
    for match in _STRETCH.finditer(typed):
        start, end = match.span()
        if any(start < after and before < end for before, after in code):
            continue
        if match["operator"]:
            values = _ONE_VALUE.findall(match["values"])
            read = [one for value in values if (one := _plain(value))]
            if 0 < len(read) <= MOST and max(map(len, read)) <= LONGEST:
                yield Stretch("operator", start, end, tuple(read), match["operator"].lower())
        elif _WORD.search(words := _plain(match["phrase"])) and len(words) <= 2 * LONGEST:
            yield Stretch("phrase" if match["plus"] else "quoted", start, end, (words,))


def _plain(value: str) -> str:
    inside = value[1:-1] if value[0] in _OPENING else value
    return " ".join(inside.split())


def _exact(one: Stretch, *, fewest: int) -> Stretch:
    """Quoted words as an exact phrase, where they are neither too few nor too many."""
    if one.kind != "quoted":
        return one
    exact = fewest <= len(_WORD.findall(one.values[0])) <= MOST_QUOTED
    return Stretch("phrase", one.start, one.end, one.values) if exact else one


def _at_the_ends(typed: str, found: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Those that stand in front of a story and after it, with nothing between."""
    front: list[Stretch] = []
    at = 0
    for one in found[:MOST]:
        if typed[at : one.start].strip():
            break
        front.append(one)
        at = one.end
    back: list[Stretch] = []
    at = len(typed)
    for one in reversed(found[len(front) :][-MOST:]):
        if typed[one.end : at].strip():
            break
        back.append(one)
        at = one.start
    return (*front, *reversed(back))


def _without(typed: str, found: Sequence[Stretch]) -> str:
    kept, at = [], 0
    for one in found:
        kept.append(typed[at : one.start])
        at = one.end
    return " ".join([*kept, typed[at:]])


def problem_words(typed: str, taken: Sequence[Stretch]) -> str:
    """What was typed without the operators that were taken; exact phrases lose their quotes.

    Where nothing was taken it is what was typed, to the character.

    >>> words = "falls tag:night in wards"
    >>> problem_words(words, stretches(words)[0])
    'falls in wards'
    """
    if not taken:
        return typed
    kept: list[str] = []
    at = 0
    for one in taken:
        kept.append(typed[at : one.start])
        if one.kind == "phrase":
            kept.append(one.values[0])
            at = one.end
        else:
            at = one.end + len(typed[one.end :]) - len(typed[one.end :].lstrip(" \t"))
    return "".join([*kept, typed[at:]]).strip()
