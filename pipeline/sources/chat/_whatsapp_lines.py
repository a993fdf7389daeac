"""How WhatsApp writes the first line of a message, in the many forms that phones have for it.

Android writes `12/31/20, 23:55 - Ada: text`, the iPhone `[31.12.20, 23:55:01] Ada: text`; order,
separators, clock and words are those of the phone's language and country.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Signs without width that tell the direction of text."""

_BEFORE_NOON = "AM|上午|午前|오전|ص|πμ|π.μ.|SA|पूर्वाह्न|ก่อนเที่ยง|vorm.|PG|dop."
_AFTER_NOON = "PM|下午|午後|오후|م|μμ|μ.μ.|CH|अपराह्न|หลังเที่ยง|nachm.|PTG|odp."
_HALVES = "|".join(
    re.escape(word).replace("\\.", r"\.?\s?") for word in f"{_BEFORE_NOON}|{_AFTER_NOON}".split("|")
)
_HALF = rf"(?:[ap]\.?\s?m\.?|{_HALVES})"
_HEADER = re.compile(
    rf"""[{MARKS}]*+(?P<open>\[)?[{MARKS}]*
    (?P<one>\d{{1,4}})[{MARKS}]*(?P<sign>[./-])\s?(?P<two>\d{{1,2}})[{MARKS}]*(?P=sign)\s?
    (?P<three>\d{{1,4}})\.?
    (?P<comma>[,،]?)\s+(?:(?:klo|kl\.?|um|às|a\ las|à|u|o)\s)?
    (?:(?P<early>{_HALF})\s?)?
    (?P<hour>\d{{1,2}})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d))?
    (?:\s?(?P<late>{_HALF}))?
    (?(open)[{MARKS}]*\]|(?P<dash>\s[-–]|:|(?(early),|:)))\s(?P<rest>.*)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_SAID = re.compile(r"([^:]{1,120}):(?:\s+|$)(.*)$", re.DOTALL)
_LEVELS = frozenset("ERROR WARN WARNING INFO DEBUG TRACE FATAL CRITICAL NOTICE".split())  # noqa: SIM905
_DISTANT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class First:
    """The first line of a message or notice, with the date not yet read.

    `numbers` are the three numbers of the date in their order; `rest` is author and text.
    """

    stamp: str
    numbers: tuple[str, str, str]
    sign: str
    clock: tuple[int, int, int]
    rest: str

    def created(self, *, day_first: bool) -> datetime | None:
        """The time, read as UTC since no zone is told; None when there is no such day."""
        one, two, three = (int(number) for number in self.numbers)
        if len(self.numbers[0]) == 4:
            year, month, day = one, two, three
        elif day_first:
            year, month, day = three, two, one
        else:
            year, month, day = three, one, two
        try:
            return datetime(year + 2000 * (year < 100), month, day, *self.clock, tzinfo=UTC)
        except ValueError:
            return None

    def said(self) -> tuple[str, str] | None:
        """Author and text, or None for a notice, which has no author."""
        found = _SAID.match(self.rest)
        if not found:
            return None
        author = found[1].strip(MARKS + "~ \u202f\u00a0")
        if not author or author in _LEVELS or author.startswith(("<", "*", "-!-")):
            return None
        return author, found[2].rstrip()


def first_line(line: str) -> First | None:
    """What a line says if a message begins with it, else None.

    >>> first_line("[31.12.20, 23:55:01] Ada: hello").said()
    ('Ada', 'hello')
    >>> first_line("31/12/2020, 11:55 pm - Ada: hello").clock
    (23, 55, 0)
    """
    found = _HEADER.match(line)
    if found is None or not _likely(found):
        return None
    hour = _hour(int(found["hour"]), found["early"] or found["late"] or "")
    if hour is None:
        return None
    numbers = (found["one"], found["two"], found["three"])
    clock = (hour, int(found["minute"]), int(found["second"] or 0))
    if clock[1] > 59 or clock[2] > 59:
        return None
    stamp = f"{'-'.join(numbers)} {clock[0]:02}:{clock[1]:02}:{clock[2]:02}"
    return First(stamp, numbers, found["sign"], clock, found["rest"].rstrip("\r\n"))


def _likely(found: re.Match[str]) -> bool:
    """Whether this is no line of a program's log, such as `2020-12-31 23:55:01 - server: up`."""
    one, three = len(found["one"]), len(found["three"])
    if one == 3 or three == 3 or (one == 4 and three > 2):
        return False
    if found["dash"] == ":":
        return bool(found["comma"] and found["second"])
    logged = one == 4 and found["sign"] == "-" and not found["comma"]
    return not (logged and found["second"])


def _hour(hour: int, half: str) -> int | None:
    """The hour of the day, from a clock of twelve hours where the half of the day is told."""
    if not half:
        return hour if hour < 24 else None
    if not 0 <= hour <= 12:
        return None
    plain = re.sub(r"[\s.]", "", half).upper()
    late = {re.sub(r"[\s.]", "", word).upper() for word in _AFTER_NOON.split("|")}
    return hour % 12 + (12 if plain in late else 0)


def day_comes_first(lines: Iterable[First]) -> tuple[bool, bool]:
    """Whether the day stands before the month, and whether that is certain.

    Told by a number above twelve; else by which order of the two lets time go forward; else by
    the country that writes dates so.
    """
    day, month, back_if_day, back_if_month = 0, 0, 0, 0
    before: tuple[datetime | None, datetime | None] = (None, None)
    sample: First | None = None
    for line in lines:
        if len(line.numbers[0]) == 4:
            return False, True
        sample = line
        day += int(line.numbers[0]) > 12
        month += int(line.numbers[1]) > 12
        now = (line.created(day_first=True), line.created(day_first=False))
        back_if_day += _back(before[0], now[0])
        back_if_month += _back(before[1], now[1])
        before = now
    if day != month:
        return day > month, True
    if back_if_day != back_if_month:
        return back_if_day < back_if_month, True
    return _by_country(sample) if sample else (False, True)


def _back(before: datetime | None, now: datetime | None) -> bool:
    """Whether time goes back by days, which it does not where dates are read rightly."""
    return before is not None and now is not None and now < before - _DISTANT


def _by_country(line: First) -> tuple[bool, bool]:
    """Only the United States write slashes, no leading zero, the month first and a short year."""
    if line.sign != "/":
        return True, True
    short = len(line.numbers[2]) == 2 and not line.numbers[0].startswith("0")
    return not short, line.numbers[0] == line.numbers[1]
