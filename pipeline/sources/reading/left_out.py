"""Counts what a connector leaves out, so that a thousand joins are told in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipeline.records import Skipped

NOTICES = "joins, calls and other notices of the system"
EMPTY = "pictures, files and stickers without text"
TWICE = "the same message a second time"


class LeftOut:
    """What was left out of one place, counted by reason.

    >>> left = LeftOut("channel general")
    >>> left.add("joins and other notices of the system")
    >>> left.add("joins and other notices of the system")
    >>> [(skipped.where, skipped.number) for skipped in left.told()]
    [('channel general: 2 messages', 2)]
    """

    def __init__(self, where: str, *, one: str = "message", many: str = "messages") -> None:
        self._where = where
        self._one = one
        self._many = many
        self._counts: Counter[str] = Counter()

    def add(self, reason: str, number: int = 1) -> None:
        """One more for that reason, or as many as are told."""
        if number:
            self._counts[reason] += number

    def __getitem__(self, reason: str) -> int:
        """How many were left out for that reason."""
        return self._counts[reason]

    def told(self) -> Iterator[Skipped]:
        """One `Skipped` for each reason, with the count in its place."""
        for reason, number in sorted(self._counts.items()):
            thing = self._one if number == 1 else self._many
            yield Skipped(f"{self._where}: {number:,} {thing}", reason, number)
