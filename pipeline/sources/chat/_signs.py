"""What tells whether a message answers another one, and how much each sign counts.

The signs of a pair of messages are packed into one number, so that what they add up to is worked
out once for all pairs alike. The weights were fitted by `benchmarks/disentangle.py --train`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import chain

# The signs of two messages: the later, and an earlier one that it may answer.
SAME = 1 << 0
"""One author wrote both."""
NAMES_AUTHOR = 1 << 1
"""The later names the author of the earlier."""
NAMES_OTHERS = 1 << 2
"""The later names others only."""
NAMED_ME = 1 << 3
"""The earlier names the author of the later."""
NAMED_OTHERS = 1 << 4
"""The earlier names others only."""
BOTH_NAME = 1 << 5
"""Both name the same person."""
LAST_BY = 1 << 6
"""The earlier is the last by its author."""
NEWEST = 1 << 7
"""The earlier is the newest of its conversation."""
SPOKE_THERE = 1 << 8
"""The author of the later has spoken in that conversation."""
ALONE = 1 << 9
"""One person only has spoken in that conversation."""
QUESTION = 1 << 10
"""The earlier asks."""
ASKS = 1 << 11
"""The later asks."""
THANKS = 1 << 12
"""The later begins with yes, no, thanks or the like."""
CLOSE = 1 << 13
"""At most two messages came between them."""
SHARED = 14
"""Rare words that both hold, up to 3; two bits from here."""
BETWEEN = 16
"""How many messages on, as the number of binary digits, up to 7; three bits from here."""
GAP = 19
"""Minutes between them, as the number of binary digits; four bits from here."""

# The signs of a message that may begin a conversation; it shares NAMED_ME (somebody named its
# author), ASKS, THANKS and GAP (how long nobody has written) with those above.
BEGINS = 1 << 23
GREETS = 1 << 0
SHORT = 1 << 1
LONG = 1 << 2
NAMES = 1 << 4
NAMES_SPEAKER = 1 << 5
OWN = 14
"""Minutes since its author last wrote, as the number of binary digits, up to 10; four bits."""
FIRST = 15
"""Stands in the place of `OWN` when its author has not written before."""
CROWD = 24
"""How many conversations the newest messages belong to; three bits from here."""
SPAN = 27
"""Minutes over which the newest messages came, as the number of binary digits, up to 7."""

SLOW = {"begins, slow talk": -0.5, "begins, long silence": 0.5}
"""Set by hand, for the logs that the others were fitted on have little of either: where few write,
what comes next mostly goes on, however many minutes later, but not after hours."""

WEIGHTS: Mapping[str, float] = {
    "alone": 0.16,
    "asks, own": 0.09,
    "asks, to all": -0.77,
    "asks, to author": 0.44,
    "asks, to me": 0.13,
    "asks, to others": -0.36,
    "asks, was to others": -0.45,
    "begins": -0.35,
    "begins after own silence": 0.11,
    "begins after quiet": -0.25,
    "begins, amid talk": -0.18,
    "begins, asks": 0.92,
    "begins, crowd": -0.05,
    "begins, first words": 1.43,
    "begins, greets": 1.28,
    "begins, long": 0.71,
    "begins, long silence": 0.5,
    "begins, names": -0.64,
    "begins, names speaker": -0.64,
    "begins, one talk": -0.28,
    "begins, short": -0.32,
    "begins, slow talk": -0.5,
    "begins, thanks": -0.84,
    "begins, was named": -0.86,
    "between": -0.34,
    "both name": 2.04,
    "gap": -0.38,
    "last by author, own": 1.11,
    "last by author, to all": -0.27,
    "last by author, to author": 0.58,
    "last by author, to me": 0.05,
    "last by author, to others": -0.79,
    "last by author, was to others": -0.37,
    "near, own": 0.36,
    "near, to all": 0.49,
    "near, to author": -0.37,
    "near, to me": 0.49,
    "near, to others": -0.37,
    "near, was to others": -0.52,
    "newest, own": 0.94,
    "newest, to all": 0.29,
    "newest, to author": 0.5,
    "newest, to me": 0.7,
    "newest, to others": -0.25,
    "newest, was to others": -0.07,
    "other's to all, then to all": -1.13,
    "other's to all, then to author": 2.05,
    "other's to all, then to others": -1.22,
    "other's to me, then to all": 1.14,
    "other's to me, then to author": 2.88,
    "other's to me, then to others": -0.67,
    "other's to others, then to all": -1.0,
    "other's to others, then to author": 0.2,
    "other's to others, then to others": -1.33,
    "own to all, then to all": 0.42,
    "own to all, then to others": -0.7,
    "own to others, then to all": 0.29,
    "own to others, then to others": -0.58,
    "shared words": 1.16,
    "spoke there, own": -0.57,
    "spoke there, to all": 1.97,
    "spoke there, to author": 0.97,
    "spoke there, to me": 0.34,
    "spoke there, to others": 0.22,
    "spoke there, was to others": 0.07,
    "thanks after question": 0.33,
    "thanks, own": -0.87,
    "thanks, to all": 0.32,
    "thanks, to author": 0.45,
    "thanks, to me": 0.47,
    "thanks, to others": 0.08,
    "thanks, was to others": 0.39,
}
"""How much each sign counts for a link."""


_KINDS = (1 << SHARED) - 1 | BEGINS
_MEASURES = ~((1 << SHARED) - 1)
_MOST = 1 << 16


class _Likelihood(dict[int, float]):
    """What the signs of links add up to, as far as it has been worked out."""

    def __missing__(self, key: int) -> float:
        if len(self) >= _MOST:
            self.clear()
        self[key] = how = _of_kinds(key & _KINDS) + _of_measures(key & _MEASURES)
        return how


@lru_cache(maxsize=1 << 14)
def _of_kinds(key: int) -> float:
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in _kinds(key))


@lru_cache(maxsize=1 << 14)
def _of_measures(key: int) -> float:
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in _measures(key))


likelihood: Callable[[int], float] = _Likelihood().__getitem__
"""How likely the link is that has these signs; higher is likelier, compare only."""


def signs(key: int) -> Iterator[tuple[str, int]]:
    """The signs that are packed into a number, each with its value.

    >>> dict(signs(BEGINS | GREETS | FIRST << OWN))["begins, greets"]
    1
    """
    return chain(_kinds(key), _measures(key))


def _kinds(key: int) -> Iterator[tuple[str, int]]:
    """The signs that are there or not."""
    if key & BEGINS:
        yield "begins", 1
        for bit, name in _BEGINNINGS:
            if key & bit:
                yield f"begins, {name}", 1
        return
    relation = _relation(key)
    yield _naming(key), 1
    for bit, name in _RELATED:
        if key & bit:
            yield f"{name}, {relation}", 1
    for bits, name in _OTHERS:
        if key & bits == bits:
            yield name, 1


def _measures(key: int) -> Iterator[tuple[str, int]]:
    """The signs that are more or less."""
    gap = key >> GAP & 15
    if not key & BEGINS:
        yield "between", key >> BETWEEN & 7
        yield "gap", gap
        yield "shared words", key >> SHARED & 3
        return
    own, crowd = key >> OWN & 15, key >> CROWD & 7
    yield "begins, first words", int(own == FIRST)
    yield "begins after own silence", own if own != FIRST else 0
    yield "begins after quiet", gap
    yield "begins, amid talk", int(gap == 0)
    yield "begins, long silence", max(0, gap - 5)
    yield "begins, slow talk", max(0, (key >> SPAN & 7) - 2)
    yield "begins, crowd", crowd
    yield "begins, one talk", int(crowd <= 1)


_BEGINNINGS = (
    (ASKS, "asks"),
    (THANKS, "thanks"),
    (GREETS, "greets"),
    (SHORT, "short"),
    (LONG, "long"),
    (NAMES, "names"),
    (NAMES_SPEAKER, "names speaker"),
    (NAMED_ME, "was named"),
)
_RELATED = (
    (CLOSE, "near"),
    (ASKS, "asks"),
    (THANKS, "thanks"),
    (LAST_BY, "last by author"),
    (NEWEST, "newest"),
    (SPOKE_THERE, "spoke there"),
)
_OTHERS = (
    (BOTH_NAME, "both name"),
    (ALONE, "alone"),
    (THANKS | QUESTION, "thanks after question"),
)


def _relation(key: int) -> str:
    """How the two are related, by the strongest of what relates them."""
    for bit, name in (
        (SAME, "own"),
        (NAMES_AUTHOR, "to author"),
        (NAMED_ME, "to me"),
        (NAMES_OTHERS, "to others"),
        (NAMED_OTHERS, "was to others"),
    ):
        if key & bit:
            return name
    return "to all"


def _naming(key: int) -> str:
    """Who wrote the two, whom the earlier names and whom the later."""
    author = "own" if key & SAME else "other's"
    before = "me" if key & NAMED_ME else "others" if key & NAMED_OTHERS else "all"
    now = "author" if key & NAMES_AUTHOR else "others" if key & NAMES_OTHERS else "all"
    return f"{author} to {before}, then to {now}"
