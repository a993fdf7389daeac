"""What letting recency and lived outcomes move the order does to relevance.

    python benchmarks/ordering.py FOLDER[:SPLIT] ... [--out FILE]

Each FOLDER is in BEIR layout; the split is dev if there is one, else test. Every query is ranked
by nearness, through the path that a member's problem takes, and once more as `order="lived"` puts
it. Judged sets have no ledgers, so what moves there moves by date alone; a set without dates must
not move at all. Then the same with made ledgers: one experience in ten, picked by chance, was
tried three times. "moved" is the share of queries whose first ten are in another order.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.flow.asking import reader
from pipeline.flow.importing import import_source
from pipeline.flow.indexing import index_community
from pipeline.flow.workspace import Workspace
from pipeline.records import Outcome, Where
from pipeline.retrieval.candidates import Ranked
from pipeline.retrieval.measure import measure
from pipeline.retrieval.ordering import reordered
from pipeline.retrieval.search import rank
from pipeline.settings import load_settings
from pipeline.sources.tables.beir import Query, read_qrels, read_queries

DEPTH = 100
FIRST = 10
TRIED = (Outcome("worked", "a"), Outcome("failed", "b"), Outcome("partly", "c"))
TRIED_SHARE = 0.1
Run = dict[str, dict[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", metavar="FOLDER[:SPLIT]")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    given = parser.parse_args()
    rows = [row for argument in given.folders for row in measured(argument)]
    head = ("collection", "order", "dated", "queries", "nDCG@10", "MAP", "moved")
    print(("{:<38}{:<22}" + "{:>9}" * 5).format(*head))
    for row in rows:
        print(
            f"{row['collection']:<38}{row['order']:<22}{row['dated']:>9.0%}{row['queries']:>9}"
            f"{row['nDCG@10']:>9.4f}{row['MAP']:>9.4f}{row['moved']:>9.0%}"
        )
    if given.out:
        given.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def measured(argument: str) -> list[dict[str, Any]]:
    folder, _, split = argument.partition(":")
    path = Path(folder)
    split = split or ("dev" if (path / "qrels" / "dev.tsv").is_file() else "test")
    queries, qrels = read_queries(path, split), read_qrels(path, split)
    settings = load_settings()
    with tempfile.TemporaryDirectory(prefix="doubleloop-") as scratch:
        inside = settings.model_copy(update={"home": Path(scratch), "models_dir": settings.models})
        with Workspace(inside, "evaluation", create=True, cache_home=settings.home) as workspace:
            import_source(workspace, path, format="beir", source="corpus")
            index_community(workspace)
            runs, dated = ordered(workspace, queries)
    rows = []
    for name, run in runs.items():
        figures, number = measure(run, qrels)
        rows.append(
            {
                "collection": f"{path.resolve().name}:{split}",
                "order": name,
                "encoder": workspace.encoder.id,
                "dated": dated,
                "queries": number,
                "nDCG@10": figures["nDCG@10"],
                "MAP": figures["MAP"],
                "moved": moved(runs["nearness"], run, qrels),
            }
        )
    return rows


def ordered(workspace: Workspace, queries: Sequence[Query]) -> tuple[dict[str, Run], float]:
    ids = workspace.store.keys("corpus")
    keys = {id_: key for key, id_ in ids.items()}
    read = reader(workspace)
    chance = random.Random(7)
    tried = {id_: TRIED for id_ in sorted(keys) if chance.random() < TRIED_SHARE}
    known = workspace.store.dates(list(keys))
    dates = [date for date in known.values() if date]
    latest = max(dates, default=datetime.now(UTC))
    runs: dict[str, Run] = {"nearness": {}, "lived": {}, "lived, made ledgers": {}}
    for query in queries:
        own = (ids[query.id],) if query.id in ids else ()
        found = rank(
            query.text, index=workspace.index, encoder=workspace.encoder, read=read,
            where=Where(before=query.created, not_ids=own), k=DEPTH,
        )  # fmt: skip
        near = [Ranked(id_, score, 0.0, 0.0, ()) for id_, score in found]
        now = query.created or latest
        for name, ledgers in (("nearness", None), ("lived", {}), ("lived, made ledgers", tried)):
            there = near if ledgers is None else _lived(near, known, ledgers, now)
            runs[name][query.id] = {
                keys[r.experience]: float(len(there) - place) for place, r in enumerate(there)
            }
    return runs, len(dates) / max(1, len(known))


def _lived(
    near: Sequence[Ranked],
    known: Mapping[str, datetime | None],
    ledgers: Mapping[str, Sequence[Outcome]],
    now: datetime,
) -> list[Ranked]:
    return [one for one, _ in reordered(near, known, ledgers, now=now)]


def moved(before: Run, after: Run, qrels: Mapping[str, object]) -> float:
    asked = [query for query in before if query in qrels]
    changed = [q for q in asked if first(before[q]) != first(after[q])]
    return len(changed) / max(1, len(asked))


def first(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=lambda key: -scores[key])[:FIRST]


if __name__ == "__main__":
    main()
