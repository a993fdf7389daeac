"""Retrieval quality by the usual measures, and run files that other tools read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import ir_measures

from pipeline.records import Where

Run = Mapping[str, Mapping[str, float]]
"""Query id to document id to score; higher is better."""

Qrels = Mapping[str, Mapping[str, int]]
"""Query id to document id to grade; above 0 is relevant."""

MEASURES: Mapping[str, str] = {
    "nDCG@10": "nDCG@10",
    "MAP": "AP",
    "MRR": "RR",
    "R@10": "R@10",
    "R@50": "R@50",
}


def measure(run: Run, qrels: Qrels) -> tuple[dict[str, float], int]:
    """Figures between 0 and 1 (higher is better), and the number of queries they are means of.

    Queries without a relevant document are left out: nothing could be found for them. A query
    that the run has no answer for counts as 0. Documents that were not judged count as not
    relevant. Equal scores are broken by document id, so that a figure never depends on chance.

    >>> figures, queries = measure({"q": {"a": 2.0, "b": 1.0}}, {"q": {"b": 1}, "r": {"a": 0}})
    >>> figures["MRR"], queries
    (0.5, 1)
    """
    judged = {
        query: dict(grades)
        for query, grades in qrels.items()
        if any(grade > 0 for grade in grades.values())
    }
    if not judged:
        return dict.fromkeys(MEASURES, 0.0), 0
    answered = {query: _spread(run.get(query, {})) for query in judged}
    parsed = {name: ir_measures.parse_measure(text) for name, text in MEASURES.items()}
    totals = dict.fromkeys(MEASURES, 0.0)
    named = {str(measure_): name for name, measure_ in parsed.items()}
    for metric in ir_measures.iter_calc(list(parsed.values()), judged, answered):
        totals[named[str(metric.measure)]] += float(metric.value)
    return {name: total / len(judged) for name, total in totals.items()}, len(judged)


def write_trec(run: Run, path: Path, tag: str = "doubleloop") -> None:
    """Write a run file (query, Q0, document, rank, score, tag), whole or not at all."""
    tag = "-".join(tag.split()) or "doubleloop"
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        for query, scores in run.items():
            for rank, (document, score) in enumerate(_ordered(scores), start=1):
                file.write(f"{query} Q0 {document} {rank} {score:.6f} {tag}\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def where_for(created: datetime | None, own: str | None = None) -> Where:
    """The date rule: only what is strictly older than the query, and never the query itself.

    Args:
        created: When the query was asked; None sets no limit.
        own: Id of the experience that the query was made from, if it is one.

    >>> where_for(None, "e1").not_ids
    ('e1',)
    """
    return Where(before=created, not_ids=() if own is None else (own,))


def _ordered(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _spread(scores: Mapping[str, float]) -> dict[str, float]:
    """The order of the run as falling whole numbers, so that no tie is left to break."""
    ordered = _ordered(scores)
    return {document: float(len(ordered) - place) for place, (document, _) in enumerate(ordered)}
