"""What a frame is: a question with slots for the evidence, its assumption and its sibling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.records import Lens, PatternKind

T: PatternKind = "tension"
O: PatternKind = "outlier"  # noqa: E741 (a table column)
D: PatternKind = "drift"
X: PatternKind = "cross-field"
A: PatternKind = "agreement"

ALL: tuple[PatternKind, ...] = (T, O, D, X, A)


@dataclass(frozen=True, slots=True)
class Frame:
    """A question written for one kind of contrast.

    Slots: `{subject}` a noun phrase of the problem, always after "our" and never the subject
    of a verb, for it may be one thing or many; `{a}` and `{b}` the two experiences, told in a
    few verbatim words; `{field_b}` the second one's discipline; `{years}` between the two.
    In a tension `a` turned out better than `b`; in a drift `a` is the older.

    `with_clause` is the same question with a slot `{clause}` for an assumption that a language
    model words; empty where the frame has none. `ended` asks how both must have ended: "badly"
    asks it of `b` alone. `sibling` is the single-loop question that a group would ask otherwise.
    """

    id: str
    lens: Lens
    kinds: tuple[PatternKind, ...]
    text: str
    assumption: str
    sibling: str
    with_clause: str = ""
    ended: Literal["either way", "badly", "well"] = "either way"
