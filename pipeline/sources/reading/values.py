"""Reads the values that records hold: dates, outcome words, lists and text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from dateutil import parser as date_parser

from pipeline.basics import utc
from pipeline.records import OutcomeStatus

_WORDS: dict[OutcomeStatus, str] = {
    "worked": "worked works success successful succeeded solved resolved fixed effective yes "
    "positive improved done completed it_worked well worked_well good achieved",
    "partly": "partly partial partially mixed some somewhat partly_worked partial_success "
    "partially_successful partially_worked partially_effective partially_resolved mixed_results "
    "workaround",
    "failed": "failed fails failure fail unsuccessful no_effect ineffective not_effective "
    "did_not_work didn_t_work not_solved unresolved unsolved wont_fix won_t_fix no negative worse "
    "abandoned not_successful no_improvement not_resolved",
    "too early": "too_early too_early_to_tell too_early_to_say too_soon too_soon_to_tell pending "
    "ongoing in_progress open not_yet underway under_way running",
    "unknown": "unknown unclear n_a na none not_known unsure undecided",
}
_STATUS: dict[str, OutcomeStatus] = {
    word.replace("_", " "): status for status, words in _WORDS.items() for word in words.split()
}
_ZONES = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "WIB": 7, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_HALF_CHARACTERS = re.compile(r"[\ud800-\udfff]")
_MOST_BITS = 10_000
_NUMBERED = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\b")


def status_word(value: str) -> OutcomeStatus | None:
    """The status that a word or two stand for, or None when they are no status word.

    >>> status_word("No effect")
    'failed'
    >>> status_word("The pump ran again") is None
    True
    """
    return _STATUS.get(re.sub(r"[\W_]+", " ", value).strip().casefold())


def moment(value: object, *, day_first: bool = False) -> datetime | None:
    """A date or time in UTC, or None when the value is none. A year is its first of January.

    Reads ISO 8601, most written forms, and seconds or milliseconds since 1970.

    >>> moment("01/26/2005 00:00").isoformat()
    '2005-01-26T00:00:00+00:00'
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime):
        return _in_utc(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    written = value.strip() if isinstance(value, str) else scalar(value)
    if re.fullmatch(r"\d+(\.\d+)?", written):
        return _from_number(written)
    try:
        return utc(datetime.fromisoformat(written))
    except (ValueError, OverflowError):
        return _from_words(written, day_first=day_first)


def _in_utc(value: datetime) -> datetime | None:
    try:
        return utc(value)
    except OverflowError:  # the first or last day of all
        return None


def _from_number(written: str) -> datetime | None:
    number = float(written)
    if re.fullmatch(r"(1[5-9]|20)\d\d", written):
        return datetime(int(written), 1, 1, tzinfo=UTC)
    if re.fullmatch(r"(19|20)\d{6}", written):
        return _from_words(written, day_first=False)
    if 1e11 <= number < 5e12:
        number /= 1000
    return datetime.fromtimestamp(number, UTC) if 1e8 <= number < 5e9 else None


def _from_words(written: str, *, day_first: bool) -> datetime | None:
    if not 6 <= len(written) <= 64:
        return None
    try:
        # a value without a year would take the default's, and is no date then
        found = date_parser.parse(
            written,
            dayfirst=day_first,
            default=datetime(1, 1, 1),  # noqa: DTZ001
            tzinfos=_zone,
        )
        return utc(found) if found.year > 1 else None
    except (ValueError, ArithmeticError):
        return None


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """The zone that a date names; one that is not known counts as UTC."""
    hours = _ZONES.get((name or "").upper())
    seconds = offset if offset is not None else (hours or 0) * 3600
    return timezone(timedelta(seconds=seconds)) if abs(seconds) < 86_400 else UTC


def day_comes_first(values: Iterable[object]) -> bool:
    """Whether dates such as 17/03/2016 in a column put the day first.

    >>> day_comes_first(["04/03/2016", "17/03/2016"])
    True
    >>> day_comes_first(["01/26/2005"])
    False
    """
    pairs = [_NUMBERED.match(value) for value in values if isinstance(value, str)]
    first = any(int(found[1]) > 12 for found in pairs if found)
    second = any(int(found[2]) > 12 for found in pairs if found)
    return first and not second


def whole(text: str) -> str:
    r"""The text without halves of characters, which no database or encoder takes.

    >>> whole("a\ud83d")
    'a�'
    """
    return _HALF_CHARACTERS.sub("\ufffd", text)


def written(value: object, *, joint: str = "\n") -> str:
    r"""A value as text: a list is joined, nothing and nested tables are empty.

    >>> written(["a", 3, None])
    'a\n3'
    """
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, list | tuple):
        return joint.join(word for item in value if (word := scalar(item)))
    return scalar(value)


def scalar(value: object) -> str:
    """One value as trimmed text; empty for nothing and for anything nested."""
    if isinstance(value, str):
        return whole(value).strip()
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return ""  # longer than what Python writes
    return str(value) if isinstance(value, int | float | date) else ""


def listed(value: object) -> list[str]:
    """The words of a list, or of text with commas, semicolons or bars between them.

    >>> listed("safety; night shift")
    ['safety', 'night shift']
    """
    if isinstance(value, list | tuple):
        return [word for item in value if (word := scalar(item))]
    return [word for part in re.split(r"[;,|\n]", written(value)) if (word := part.strip())]
