"""A map that remembers what was put in lately, in bounded memory."""

from __future__ import annotations

from typing import Generic, TypeVar

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
