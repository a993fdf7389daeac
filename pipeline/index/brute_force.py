"""The reference: everything in plain steps, in memory. Other indexes are held against it.

Filters are one comparison after another, cosines one product a row, and BM25 comes from the
library bm25s, built again after every change.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import bm25s
import numpy as np

from pipeline.embeddings.base import Encoder
from pipeline.embeddings.tokens import terms
from pipeline.errors import IndexMismatch, InputError, NothingFound
from pipeline.index.base import EVERYTHING, IndexHit, IndexRow, Matrix, Mode, RowChange, Vector
from pipeline.index.columns import refuse_phrases
from pipeline.index.entries import (
    NO_DATE,
    Entry,
    Metadata,
    checked_vector,
    entries_of,
    entry_from_json,
    entry_to_json,
    folded,
    metadata_of,
    microseconds,
)
from pipeline.index.files import translated
from pipeline.index.nearest import DECIMALS, cosines
from pipeline.records import Where

SNAPSHOT = "brute.json"


class BruteForceIndex:
    """An index without any cleverness (see `base.Index`). Nothing is kept on disk."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._rows: dict[int, Entry] = {}
        self._scorer: Any = None

    def upsert(self, rows: Sequence[IndexRow]) -> int:
        """Add rows, replacing those with the same id."""
        entries = entries_of(rows, dimension=self._encoder.dimension)
        self._rows.update({entry.id: entry for entry in entries})
        self._scorer = None
        return len(rows)

    def delete(self, *, ids: Collection[int] | None = None, where: Where | None = None) -> int:
        """Remove rows that have one of the ids and match the filter; how many went."""
        if ids is None and where is None:
            return 0
        matching = {row.id for row in self._matching(where or EVERYTHING)}
        gone = matching if ids is None else matching & set(ids)
        for row in gone:
            del self._rows[row]
        self._scorer = None
        return len(gone)

    def update_rows(self, changes: Sequence[RowChange]) -> int:
        """Replace the metadata of experiences; how many rows changed."""
        changed = 0
        for metadata in map(metadata_of, changes):
            for row in list(self._rows.values()):
                if row.metadata.experience == metadata.experience:
                    self._rows[row.id] = replace(row, metadata=metadata)
                    changed += 1
        return changed

    def search(
        self,
        dense: Vector | None,
        text: str | None,
        *,
        where: Where = EVERYTHING,
        k: int = 10,
        mode: Mode = "both",
    ) -> list[IndexHit]:
        """The nearest rows that match; see `base.Index.search`."""
        query = None if dense is None else checked_vector(dense, self._encoder.dimension)
        near = self._cosines(query) if query is not None and mode != "lexical" else None
        words = self._bm25(text) if text and mode != "dense" else None
        allowed = [row.id for row in self._matching(where)]
        chosen: set[int] = set()
        if near is not None and query is not None and query.any():
            chosen |= set(_best(near, allowed, k))
        if words is not None:
            chosen |= set(_best(words, [row for row in allowed if words[row] > 0], k))
        hits = [
            IndexHit(
                id=row,
                experience=self._rows[row].metadata.experience,
                dense=None if near is None else near[row],
                lexical=None if words is None else words[row],
            )
            for row in chosen
        ]
        return sorted(hits, key=lambda hit: (-(hit.dense or 0), -(hit.lexical or 0), hit.id))

    def count(self, where: Where = EVERYTHING) -> int:
        """How many rows match."""
        return len(self._matching(where))

    def ids(self) -> set[int]:
        """Ids of all rows."""
        return set(self._rows)

    def vectors(self, ids: Sequence[int]) -> Matrix:
        """Vectors of shape (n ids, d), in the order of the ids."""
        missing = [row for row in ids if row not in self._rows]
        if missing:
            raise NothingFound(f"The index has no passage {missing[0]}.")
        empty = np.empty((0, self._encoder.dimension), dtype=np.float32)
        return np.vstack([empty, *(self._rows[row].vector for row in ids)])

    def idf(self, terms: Sequence[str]) -> list[float]:
        """How rare each term is: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        rows = len(self._rows)
        having = [sum(term in row.counts for row in self._rows.values()) for term in terms]
        return [float(np.log(1 + (rows - n + 0.5) / (n + 0.5))) for n in having]

    def snapshot(self, folder: Path) -> None:
        """Write all rows into a folder that is made for it."""
        rows = [entry_to_json(row) for row in self._rows.values()]
        made_with = [self._encoder.id, self._encoder.revision]
        with translated(folder):
            folder.mkdir(parents=True, exist_ok=True)
            text = json.dumps({"encoder": made_with, "rows": rows})
            (folder / SNAPSHOT).write_text(text, encoding="utf-8")

    def restore(self, folder: Path) -> None:
        """Replace everything with what a snapshot holds."""
        try:
            stored = json.loads((folder / SNAPSHOT).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"There is no snapshot of an index in {folder}.") from error
        if stored["encoder"] != [self._encoder.id, self._encoder.revision]:
            raise IndexMismatch(
                f"The snapshot in {folder} was made with {stored['encoder'][0]}, "
                f"and the encoder in use is {self._encoder.id}."
            )
        entries = [entry_from_json(raw) for raw in stored["rows"]]
        self._rows = {entry.id: entry for entry in entries}
        self._scorer = None

    def close(self) -> None:
        """Nothing to let go of."""

    def _matching(self, where: Where) -> list[Entry]:
        refuse_phrases(where)
        return [row for row in self._rows.values() if matches(row.metadata, where)]

    def _cosines(self, query: Vector) -> dict[int, float]:
        scores = cosines(self.vectors(list(self._rows)), query)
        return dict(zip(self._rows, scores.tolist(), strict=True))

    def _bm25(self, text: str) -> dict[int, float]:
        """Score of every row by bm25s with its defaults."""
        documents = [
            [term for term, count in row.counts.items() for _ in range(count)]
            for row in self._rows.values()
        ]
        if not any(documents):
            return dict.fromkeys(self._rows, 0.0)
        if self._scorer is None:
            self._scorer = bm25s.BM25(dtype="float64")
            self._scorer.index(documents, show_progress=False)
        known = [term for term in terms(text) if term in self._scorer.vocab_dict]
        scores = self._scorer.get_scores(known) if known else np.zeros(len(documents))
        return dict(zip(self._rows, np.round(scores, DECIMALS).tolist(), strict=True))


def matches(row: Metadata, where: Where) -> bool:
    """Whether a filter lets a row through.

    >>> matches(Metadata("e1", tags=("backup",)), Where(tags=("Backup",)))
    True
    >>> matches(Metadata("e1"), Where(ids=()))
    False
    """
    wanted_disciplines = {folded(name) for name in where.disciplines}
    wanted_tags = {folded(tag) for tag in where.tags}
    return (
        not where.nothing
        and (where.ids is None or row.experience in where.ids)
        and row.experience not in where.not_ids
        and (not wanted_disciplines or row.discipline in wanted_disciplines)
        and (not wanted_tags or not wanted_tags.isdisjoint(row.tags))
        and (not where.outcomes or row.outcome in where.outcomes)
        and (not where.authors or row.author in where.authors)
        and (not where.sources or row.source in where.sources)
        and _in_time(row.created, where)
    )


def _in_time(created: int, where: Where) -> bool:
    if not (where.since or where.until or where.before):
        return True
    return (
        created != NO_DATE
        and (where.since is None or created >= microseconds(where.since))
        and (where.until is None or created <= microseconds(where.until))
        and (where.before is None or created < microseconds(where.before))
    )


def _best(scores: dict[int, float], among: Sequence[int], k: int) -> list[int]:
    """The k rows with the highest score; of equal ones those with the lowest id."""
    return sorted(among, key=lambda row: (-scores[row], row))[: max(k, 0)]
