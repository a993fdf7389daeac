"""What tells whether a message answers another one, and how much each sign counts.

The signs of a pair of messages are packed into one number, so that what they add up to is worked
out once for all pairs alike. The weights were fitted by `benchmarks/disentangle.py --train`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

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
SHARED = 13
"""Rare words that both hold, up to 3; two bits from here."""
BETWEEN = 15
"""How many messages on, as the number of binary digits, up to 7; three bits from here."""
GAP = 18
"""Minutes between them, as the number of binary digits, up to 11; four bits from here."""

# The signs of a message that may begin a conversation; it shares NAMED_ME (somebody named its
# author), ASKS, THANKS and GAP (how long nobody has written) with those above.
BEGINS = 1 << 23
GREETS = 1 << 0
SHORT = 1 << 1
LONG = 1 << 2
NAMES = 1 << 4
NAMES_SPEAKER = 1 << 5
OWN = 13
"""Minutes since its author last wrote, as the number of binary digits, up to 10; four bits."""
FIRST = 15
"""Stands in the place of `OWN` when its author has not written before."""

WEIGHTS: Mapping[str, float] = {
    "alone": 0.25,
    "asks, own": 0.09,
    "asks, to all": -0.76,
    "asks, to author": 0.43,
    "asks, to me": 0.18,
    "asks, to others": -0.42,
    "asks, was to others": -0.43,
    "begins": -0.48,
    "begins after own silence": 0.1,
    "begins after quiet": -0.38,
    "begins, amid talk": -0.26,
    "begins, asks": 0.9,
    "begins, first words": 1.37,
    "begins, greets": 1.26,
    "begins, long": 0.71,
    "begins, names": -0.63,
    "begins, names speaker": -0.63,
    "begins, short": -0.34,
    "begins, thanks": -0.88,
    "begins, was named": -0.83,
    "between": -0.4,
    "both name": 1.87,
    "gap": -0.44,
    "last by author, own": 1.08,
    "last by author, to all": -0.22,
    "last by author, to author": 0.54,
    "last by author, to me": 0.07,
    "last by author, to others": -0.74,
    "last by author, was to others": -0.45,
    "near, own": 0.35,
    "near, to all": 0.44,
    "near, to author": -0.47,
    "near, to me": 0.55,
    "near, to others": -0.28,
    "near, was to others": -0.53,
    "newest, own": 0.94,
    "newest, to all": 0.18,
    "newest, to author": 0.58,
    "newest, to me": 0.77,
    "newest, to others": -0.31,
    "newest, was to others": -0.17,
    "other's to all, then to all": -1.03,
    "other's to all, then to author": 2.06,
    "other's to all, then to others": -1.3,
    "other's to me, then to all": 0.99,
    "other's to me, then to author": 2.82,
    "other's to me, then to others": -0.73,
    "other's to others, then to all": -0.89,
    "other's to others, then to author": 0.47,
    "other's to others, then to others": -1.4,
    "own to all, then to all": 0.46,
    "own to all, then to others": -0.86,
    "own to others, then to all": 0.32,
    "own to others, then to others": -0.42,
    "shared words": 1.19,
    "spoke there, own": -0.5,
    "spoke there, to all": 2.01,
    "spoke there, to author": 1.07,
    "spoke there, to me": 0.41,
    "spoke there, to others": 0.25,
    "spoke there, was to others": 0.36,
    "thanks after question": 0.4,
    "thanks, own": -0.87,
    "thanks, to all": 0.35,
    "thanks, to author": 0.49,
    "thanks, to me": 0.48,
    "thanks, to others": 0.07,
    "thanks, was to others": 0.36,
}
"""How much each sign counts for a link."""


@lru_cache(maxsize=1 << 16)
def likelihood(key: int) -> float:
    """How likely the link is that has these signs; higher is likelier, compare only."""
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in signs(key))


def signs(key: int) -> Iterator[tuple[str, int]]:
    """The signs that are packed into a number, each with its value.

    >>> dict(signs(BEGINS | GREETS | FIRST << OWN))["begins, greets"]
    1
    """
    return _of_beginning(key) if key & BEGINS else _of_link(key)


def _of_link(key: int) -> Iterator[tuple[str, int]]:
    relation = _relation(key)
    yield _naming(key), 1
    yield "between", key >> BETWEEN & 7
    yield "gap", key >> GAP & 15
    yield "shared words", key >> SHARED & 3
    for name, there in (
        ("near", key >> BETWEEN & 7 <= 2),
        ("asks", key & ASKS),
        ("thanks", key & THANKS),
        ("last by author", key & LAST_BY),
        ("newest", key & NEWEST),
        ("spoke there", key & SPOKE_THERE),
    ):
        if there:
            yield f"{name}, {relation}", 1
    for name, there in (
        ("both name", key & BOTH_NAME),
        ("alone", key & ALONE),
        ("thanks after question", key & THANKS and key & QUESTION),
    ):
        if there:
            yield name, 1


def _of_beginning(key: int) -> Iterator[tuple[str, int]]:
    own, quiet = key >> OWN & 15, key >> GAP & 15
    yield "begins", 1
    yield "begins after quiet", quiet
    yield "begins after own silence", own if own != FIRST else 0
    for name, there in (
        ("amid talk", not quiet),
        ("first words", own == FIRST),
        ("asks", key & ASKS),
        ("thanks", key & THANKS),
        ("greets", key & GREETS),
        ("short", key & SHORT),
        ("long", key & LONG),
        ("names", key & NAMES),
        ("names speaker", key & NAMES_SPEAKER),
        ("was named", key & NAMED_ME),
    ):
        if there:
            yield f"begins, {name}", 1


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
