"""Reactions by which people of a chat say that a reply solved the matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable

_SOLVED = frozenset({"solved", "resolved", "solution", "accepted", "accepted_answer"})
_CHECKED = frozenset(
    {"white_check_mark", "heavy_check_mark", "ballot_box_with_check", "white_tick", "check"}
)


def solved(
    marks: Iterable[tuple[str, Collection[object]]], *, asker: str | None, author: str | None
) -> bool:
    """Whether reactions to a reply mark it as the solution.

    A check mark means many things (seen, done, agreed), so it counts only from whoever began the
    thread, and not on a reply of their own.

    >>> solved([("white_check_mark", ["ana"])], asker="ana", author="ben")
    True
    >>> solved([("white_check_mark", ["cleo"])], asker="ana", author="ben")
    False
    >>> solved([("solved", ["cleo"])], asker="ana", author="ben")
    True
    """
    for name, people in marks:
        if name.partition("::")[0] in _SOLVED:
            return True
        if name in _CHECKED and asker and asker != author and asker in people:
            return True
    return False
