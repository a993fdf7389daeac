"""Remembers what came lately, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from pipeline.records import Skipped

V = TypeVar("V")

LATELY = 100_000
"""How many of the last entries are remembered for sure; at most twice as many are held."""


class Lately(Generic[V]):
    """Text to values; forgets what was put in long ago.

    >>> seen = Lately(2)
    >>> for word in ["a", "b", "c", "d", "e"]:
    ...     seen[word] = word.upper()
    >>> seen.get("d"), seen.get("a")
    ('D', None)
    """

    __slots__ = ("_most", "_new", "_old")

    def __init__(self, most: int = LATELY) -> None:
        self._most = most
        self._new: dict[str, V] = {}
        self._old: dict[str, V] = {}

    def __len__(self) -> int:
        """How many entries are held."""
        return len(self._new) + len(self._old)

    def __setitem__(self, key: str, value: V) -> None:
        """Remember a value."""
        if len(self._new) >= self._most:
            self._old, self._new = self._new, {}
        self._new[key] = value

    def get(self, key: str) -> V | None:
        """What was remembered, or None."""
        found = self._new.get(key)
        return self._old.get(key) if found is None else found


class Once:
    """Tells messages that come a second time, by what identifies them and their text."""

    __slots__ = ("_again", "_seen")

    def __init__(self) -> None:
        self._seen: Lately[int] = Lately()
        self._again = 0

    def again(self, id_: str, text: str) -> bool:
        """Whether the same message came before; another text with the same id is another one."""
        is_ = hash(text)
        if self._seen.get(id_) == is_ and id_:
            self._again += 1
            return True
        self._seen[id_] = is_
        return False

    def told(self, where: str) -> Iterator[Skipped]:
        """One `Skipped` with the count, if there were any."""
        if self._again:
            noun = "message" if self._again == 1 else "messages"
            yield Skipped(f"{where}: {self._again:,} {noun}", "the same as an earlier message")
