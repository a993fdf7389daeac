"""What tells whether a message answers another one, and how much each sign counts.

The signs of a pair of messages are packed into one number, so that what they add up to is worked
out once for all pairs alike. The weights were fitted by `benchmarks/disentangle.py --train`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

# A message (the later) and one that it may answer (the earlier). A person is named by a mention
# or by their name in the text.
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
"""Rare words that both hold, up to 3."""
BETWEEN = 15
"""How many messages on, as the number of binary digits, up to 7."""
GAP = 18
"""Minutes between them, as the number of binary digits, up to 11."""

# A message that may begin a conversation, against all that was said before.
BEGINS = 1 << 23
GREETS = 1 << 1
SHORT = 1 << 2
LONG = 1 << 3
NAMES = 1 << 4
NAMES_SPEAKER = 1 << 5
WAS_NAMED = 1 << 6
OWN = 13
"""Minutes since the author's last message, as the number of binary digits, up to 10."""
FIRST = 15
"""The author has not spoken before; stands in the place of `OWN`."""

_KINDS = ("plain", "to others", "others", "to me", "to them", "own")
"""How the two are related, the strongest relation last."""

WEIGHTS: Mapping[str, float] = {}


@lru_cache(maxsize=1 << 16)
def likelihood(key: int) -> float:
    """How likely the link is that has these signs; higher is likelier, compare only."""
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in signs(key))


def signs(key: int) -> Iterator[tuple[str, int]]:
    """The signs packed into a number, each with its value."""
    return _of_beginning(key) if key & BEGINS else _of_link(key)


def _of_link(key: int) -> Iterator[tuple[str, int]]:
    kind = _kind(key)
    between = key >> BETWEEN & 7
    yield f"{_written(key)}", 1
    yield "between", between
    yield "gap", key >> GAP & 15
    yield "shared", key >> SHARED & 3
    if between <= 2:
        yield f"near, {kind}", 1
    if key & ASKS:
        yield f"asks, {kind}", 1
    if key & THANKS:
        yield f"thanks, {kind}", 1
    if key & THANKS and key & QUESTION:
        yield "thanks for a question", 1
    for bit, name in ((LAST_BY, "last by"), (NEWEST, "newest"), (SPOKE_THERE, "spoke there")):
        if key & bit:
            yield name, 1
            yield f"{name}, {kind}", 1
    for bit, name in ((BOTH_NAME, "both name"), (ALONE, "alone")):
        if key & bit:
            yield name, 1


def _of_beginning(key: int) -> Iterator[tuple[str, int]]:
    own, quiet = key >> OWN & 15, key >> GAP & 15
    yield "begins", 1
    yield "begins after quiet", quiet
    if not quiet:
        yield "begins amid talk", 1
    if own == FIRST:
        yield "begins, first words", 1
    else:
        yield "begins after own silence", own
    for bit, name in _BEGINNINGS:
        if key & bit:
            yield f"begins, {name}", 1


_BEGINNINGS = (
    (ASKS, "asks"),
    (THANKS, "thanks"),
    (GREETS, "greets"),
    (SHORT, "short"),
    (LONG, "long"),
    (NAMES, "names"),
    (NAMES_SPEAKER, "names a speaker"),
    (WAS_NAMED, "was named"),
)


def _kind(key: int) -> str:
    if key & SAME:
        return "own"
    if key & NAMES_AUTHOR:
        return "to them"
    if key & NAMED_ME:
        return "to me"
    if key & NAMES_OTHERS:
        return "others"
    return "to others" if key & NAMED_OTHERS else "plain"


def _written(key: int) -> str:
    """Who wrote the two and whom they name."""
    author = "same author" if key & SAME else "two authors"
    now = "to them" if key & NAMES_AUTHOR else "to others" if key & NAMES_OTHERS else "to all"
    before = "to me" if key & NAMED_ME else "to others" if key & NAMED_OTHERS else "to all"
    return f"{author}, {before}, then {now}"
