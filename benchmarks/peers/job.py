"""What a worker is given: texts, queries, the encoder's folder and a place to write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

DEPTH = 100
"""Candidates of each half that a hybrid search fuses: as many as doubleloop takes."""

Search = Callable[[str], list[str]]
"""A query to the ids of the best documents, best first."""


@dataclass(frozen=True)
class Job:
    """`folder` is in BEIR layout, `scratch` is empty, `k` documents are wanted for each query."""

    folder: Path
    scratch: Path
    model: Path
    k: int
    documents: list[tuple[str, str]]
    queries: list[tuple[str, str]]


class Library(Protocol):
    """One library under measurement."""

    PACKAGES: tuple[str, ...]

    def prepare(self, job: Job) -> Any:
        """Import what is needed and load the encoder; not part of any figure but memory."""

    def stages(self, ready: Any, job: Job) -> Iterator[tuple[str, Search]]:
        """Do the work of ingest, then give a way to search; what comes next builds on it."""


def read_job(folder: Path, scratch: Path, model: Path, k: int) -> Job:
    """The job with its texts in memory: title, a line break, text."""
    corpus = _lines(folder / "corpus.jsonl")
    return Job(
        folder=folder,
        scratch=scratch,
        model=model,
        k=k,
        documents=[(str(row["_id"]), joined(row)) for row in corpus],
        queries=[(str(row["_id"]), str(row["text"])) for row in _lines(folder / "queries.jsonl")],
    )


def joined(row: dict[str, Any]) -> str:
    r"""Title and text of a document as one text.

    >>> joined({"title": "Fire", "text": "The alarm was off."})
    'Fire\nThe alarm was off.'
    """
    title, text = str(row.get("title") or ""), str(row.get("text") or "")
    return text if text.startswith(title) else f"{title}\n{text}".strip()


def first(ids: list[str], k: int) -> list[str]:
    """The first `k` different ids: several pieces of a document count once."""
    return list(dict.fromkeys(ids))[:k]


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]
