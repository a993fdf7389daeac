"""Does "none" mean that nobody has lived this, and "strong" that somebody has?

    python benchmarks/precedent.py DATA [--part choosing|reporting] [--encoder auto|words]
                                   [--communities sample llis ...] [--out FILE]

DATA is a folder with clustering_banking77, clustering_20newsgroups, retrieval_cacm,
retrieval_semeval2016_qatarliving and retrieval_slicer_forum_links. The communities lie in
DOUBLELOOP_HOME, imported and indexed before: sample, llis (lessons of a space agency), safenet
(reports of wildland fire crews), slicer (a forum), semeval (a city's forum), cacm (a journal);
those that are not there are left out and named. Every problem is asked of every community. In
its own it is on-topic: the question of a labelled set with what people judged related, one of a
contradicting pair of the sample, or an experience told without itself. In the others it is
off-topic; lessons, fire reports and the sample are not asked of each other, for all three tell
of what went wrong. Limits were chosen on "choosing"; no problem of it is in "reporting".
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from asking_sets import Part, Problem, Remembering, banking, judged, newsgroups, own_stories, picked
from rich.console import Console
from rich.table import Table

from pipeline.errors import NothingFound
from pipeline.flow.asking import reader
from pipeline.flow.workspace import Workspace
from pipeline.index.base import EVERYTHING
from pipeline.retrieval.precedent import meaning, precedent
from pipeline.retrieval.search import search
from pipeline.settings import load_settings

COMMUNITIES = ("sample", "llis", "safenet", "cacm", "semeval", "slicer")
ALIKE = frozenset({"sample", "llis", "safenet"})
SPARSE = frozenset({"slicer"})
"""Labelled with about one link a question: what is not linked may be related all the same."""

OF_EACH = 50
DRAWN = 100
FOLDERS = {
    "semeval": ("retrieval_semeval2016_qatarliving", {"choosing": "train", "reporting": "dev"}),
    "slicer": ("retrieval_slicer_forum_links", {"choosing": "train", "reporting": "dev"}),
}


def problems(data: Path, there: Mapping[str, Workspace], part: Part) -> dict[str, list[Problem]]:
    """Problems of one part by the set they come from."""
    sets = {
        "Banking77": banking(data, part, OF_EACH),
        "20 Newsgroups": newsgroups(data, part, OF_EACH),
    }
    for name, (folder, splits) in FOLDERS.items():
        sets[name] = judged(data / folder, [splits[part]], name, OF_EACH, ids(there, name))
    questions = judged(data / "retrieval_cacm", ["test"], "cacm", 100, ids(there, "cacm"))
    sets["cacm"] = questions[::2] if part == "choosing" else questions[1::2]
    for name in sorted(ALIKE & set(there)):
        sets[name] = own_stories(there[name], part, OF_EACH)
    return sets


def ids(there: Mapping[str, Workspace], name: str) -> dict[str, str]:
    """The experience of each document of a community that was imported from one folder."""
    if name not in there:
        return {}
    store = there[name].store
    return store.keys(next(iter(store.facets().sources)))


def asked(
    workspace: Workspace, encoder: Remembering, given: Sequence[Problem], *, own: bool
) -> list[dict[str, Any]]:
    """What each problem is told."""
    rows = []
    for problem in given:
        found = search(
            problem.text, index=workspace.index, encoder=encoder, read=reader(workspace),
            where=problem.where if own else EVERYTHING,
        )  # fmt: skip
        first = [related.experience.id for related in found.related]
        rows.append(
            {
                "community": workspace.community,
                "set": problem.source,
                "own": own,
                "told": precedent(found, encoder=encoder.id),
                "cosine": round(found.cosine, 4),
                "share": round(found.share, 4),
                "judged": own and bool(problem.relevant),
                "found": own and not problem.relevant.isdisjoint(first),
            }
        )
    return rows


def rate(rows: Sequence[dict[str, Any]], told: str) -> float:
    """The share of the rows that were told this; 0 when there are none."""
    return sum(row["told"] == told for row in rows) / len(rows) if rows else 0.0


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures that the limits are judged by."""
    foreign = [row for row in rows if not row["own"]]
    own = [row for row in rows if row["own"]]
    hundred, same = picked(foreign, DRAWN), picked(own, DRAWN)
    none_of = [sum(row["told"] == "none" for row in drawn) for drawn in (hundred, same)]
    right = rate(foreign, "none")
    figures: dict[str, Any] = {
        "off-topic": len(foreign),
        "on-topic": len(own),
        "off-topic called none": right,
        "off-topic called strong": rate(foreign, "strong"),
        "on-topic called none": rate(own, "none"),
        "precision of none, as many of either": right / max(right + rate(own, "none"), 1e-9),
        "of 100 off-topic called none": none_of[0],
        "of 100 on-topic called none": none_of[1],
        "precision of none among these 200": none_of[0] / max(sum(none_of), 1),
    }
    for told in ("strong", "weak"):
        for name, wanted in (("densely", False), ("sparsely", True)):
            cases = [
                row for row in own
                if row["judged"] and row["told"] == told and (row["set"] in SPARSE) == wanted
            ]  # fmt: skip
            figures[f"{told}, {name} judged: asked"] = len(cases)
            if cases:
                share = sum(row["found"] for row in cases) / len(cases)
                figures[f"{told}, {name} judged: related in first ten"] = share
    return figures


def show(rows: Sequence[dict[str, Any]], figures: Mapping[str, Any], title: str) -> None:
    table = Table(title=title)
    for name in ("community", "problems", "asked", "none", "weak", "strong"):
        table.add_column(name)
    groups: dict[tuple[str, bool, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["community"], row["own"], row["set"]].append(row)
    for (community, own, source), group in sorted(groups.items()):
        shares = [f"{rate(group, told):.2f}" for told in ("none", "weak", "strong")]
        kind = "its own" if own else source
        table.add_row(community, kind, str(len(group)), *shares)
    console = Console()
    console.print(table)
    for name, value in figures.items():
        console.print(f"{name}: {value:.3f}" if isinstance(value, float) else f"{name}: {value}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", choices=("choosing", "reporting"), default="reporting")
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--communities", nargs="+", default=list(COMMUNITIES))
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    settings = load_settings(encoder=given.encoder)
    with ExitStack() as stack:
        there: dict[str, Workspace] = {}
        for name in given.communities:
            try:
                there[name] = stack.enter_context(Workspace(settings, name))
            except NothingFound as error:
                print(f"{name} is left out: {error}")
        first = next(iter(there.values()))
        encoder = Remembering(first.encoder, first.cache)
        sets = problems(given.data, there, given.part)
        rows: list[dict[str, Any]] = []
        for name, workspace in there.items():
            for source, problems_ in sets.items():
                if name == source or not (name in ALIKE and source in ALIKE):
                    rows += asked(workspace, encoder, problems_, own=name == source)
    figures = summary(rows)
    show(rows, figures, f"{encoder.id}, {given.part}")
    for told in ("strong", "weak", "none"):
        print(f"{told}: {meaning(told, encoder=encoder.id)}")
    if given.out:
        given.out.write_text(json.dumps({"figures": figures, "rows": rows}), encoding="utf-8")


if __name__ == "__main__":
    main()
