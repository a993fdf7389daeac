"""Test collections for the workers: read once, cut if asked, written plainly in BEIR layout."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.sources.tables.beir import read_qrels

Qrels = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Collection:
    """Every query is asked and timed; `qrels` of the split say which of them are judged."""

    name: str
    documents: list[dict[str, Any]]
    queries: list[dict[str, Any]]
    qrels: Qrels

    def write(self, folder: Path) -> None:
        """Write corpus.jsonl and queries.jsonl, as every worker reads them."""
        folder.mkdir(parents=True)
        _write(folder / "corpus.jsonl", self.documents)
        _write(folder / "queries.jsonl", self.queries)


def load(folder: Path, split: str, *, limit: int | None = None) -> Collection:
    """Read a collection; with `limit` that many documents, judged ones first."""
    qrels = read_qrels(folder, split)
    documents = list(_records(folder, "corpus.jsonl"))
    queries = [query for query in _records(folder, "queries.jsonl") if query.get("text")]
    if limit:
        documents = cut(documents, qrels, limit)
        queries = [query for query in queries if query["_id"] in qrels]
    return Collection(f"{folder.name} {split}", documents, queries, qrels)


def cut(documents: list[dict[str, Any]], qrels: Qrels, limit: int) -> list[dict[str, Any]]:
    """At most `limit` documents in their order, the relevant ones first taken."""
    relevant = {id_ for grades in qrels.values() for id_, grade in grades.items() if grade > 0}
    ranked = sorted(range(len(documents)), key=lambda i: documents[i]["_id"] not in relevant)
    return [documents[i] for i in sorted(ranked[:limit])]


def _records(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    packed = folder / f"{name}.gz"
    if packed.is_file():
        with gzip.open(packed, "rt", encoding="utf-8") as file:
            yield from (json.loads(line) for line in file if line.strip())
    else:
        with (folder / name).open(encoding="utf-8") as file:
            yield from (json.loads(line) for line in file if line.strip())


def _write(path: Path, records: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
