"""From measurements of several rounds to a table with ratios, and a verdict for each column."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

OURS = ("doubleloop", "ask")
"""The row that all others are held against: what a member waits for."""


@dataclass(frozen=True)
class Column:
    """One figure of a row. `better` is "lower" or "higher"."""

    key: str
    title: str
    better: str
    digits: int


COLUMNS = (
    Column("ingest_s", "ingest s", "lower", 1),
    Column("p50_ms", "query p50 ms", "lower", 1),
    Column("p95_ms", "query p95 ms", "lower", 1),
    Column("ndcg", "nDCG@10", "higher", 3),
    Column("peak_mb", "peak MB", "lower", 0),
)

BESIDE = (
    Column("ingest_cpu_s", "ingest CPU s", "lower", 1),
    Column("query_cpu_ms", "query CPU ms", "lower", 1),
)
"""Processor time: steadier than the clock when other work shares the machine. No verdict."""


@dataclass(frozen=True)
class Measured:
    """One way of searching with one library on one set in one round, by column key."""

    collection: str
    round: int
    library: str
    label: str
    figures: dict[str, float]

    @property
    def system(self) -> tuple[str, str]:
        return self.library, self.label


@dataclass(frozen=True)
class Row:
    """Medians over the rounds; `ratios` are to ours in the same round, before the median."""

    library: str
    label: str
    figures: dict[str, float]
    ratios: dict[str, float]


@dataclass(frozen=True)
class Verdict:
    """`ratio` is the best peer's figure over ours; ours is `ahead` when no peer is better."""

    column: Column
    ahead: bool
    peer: str
    ours: float
    best: float
    ratio: float

    def __str__(self) -> str:
        word = "ahead" if self.ahead else "BEHIND"
        digits = self.column.digits
        return (
            f"{self.column.title}: {word} (ours {self.ours:.{digits}f}, best other "
            f"{self.best:.{digits}f} of {self.peer}, {self.ratio:.2f} times ours)"
        )


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile, by column key."""
    return {
        "p50_ms": float(np.percentile(milliseconds, 50)),
        "p95_ms": float(np.percentile(milliseconds, 95)),
    }


def rows(measured: Sequence[Measured]) -> list[Row]:
    """One row for each system of one set, in the order of their first appearance."""
    ours = {one.round: one.figures for one in measured if one.system == OURS}
    systems = dict.fromkeys(one.system for one in measured)
    made = []
    for library, label in systems:
        rounds = [one for one in measured if one.system == (library, label)]
        keys = [column.key for column in (*COLUMNS, *BESIDE)]
        made.append(
            Row(
                library,
                label,
                {key: statistics.median(one.figures[key] for one in rounds) for key in keys},
                {
                    key: statistics.median(
                        _ratio(one.figures[key], ours[one.round][key])
                        for one in rounds
                        if one.round in ours
                    )
                    for key in keys
                    if ours
                },
            )
        )
    return made


def verdicts(table: Sequence[Row]) -> list[Verdict]:
    """For each column the best of the other libraries beside ours.

    A tie is not ahead. Ours means what a member waits for, never the ranking alone.
    """
    ours = next((row for row in table if (row.library, row.label) == OURS), None)
    if ours is None:
        return []
    others = [row for row in table if row.library != OURS[0]]
    return [_verdict(column, ours, others) for column in COLUMNS if others]


def _verdict(column: Column, ours: Row, others: Sequence[Row]) -> Verdict:
    lower = column.better == "lower"
    best = (min if lower else max)(others, key=lambda row: row.ratios[column.key])
    ratio = best.ratios[column.key]
    return Verdict(
        column=column,
        ahead=ratio > 1 if lower else ratio < 1,
        peer=f"{best.library}, {best.label}",
        ours=ours.figures[column.key],
        best=best.figures[column.key],
        ratio=ratio,
    )


def _ratio(figure: float, ours: float) -> float:
    return figure / ours if ours else float("inf")
