"""Problems to ask of communities: those that belong there, and those of another subject.

Used by `precedent.py`. Every set is parted in two: one half to choose limits with, one half to
report. Where a set has splits of its own they are used (its training questions choose).
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.embeddings.base import Encoder, Vectors
from pipeline.embeddings.cache import EmbeddingCache
from pipeline.embeddings.embed import embed
from pipeline.flow.workspace import Workspace
from pipeline.index.base import EVERYTHING
from pipeline.records import Where
from pipeline.sources.sample import sample_pairs
from pipeline.sources.tables.beir import read_qrels, read_queries

Part = Literal["choosing", "reporting"]

LONGEST = 600  # characters of a posting that are asked
FOREIGN_GROUPS: dict[Part, tuple[str, ...]] = {
    "choosing": ("rec.sport.hockey", "soc.religion.christian", "misc.forsale"),
    "reporting": ("rec.sport.baseball", "talk.politics.mideast", "rec.motorcycles"),
}
"""Newsgroups with nothing in common with any of the communities."""


@dataclass(frozen=True)
class Problem:
    """A problem with the set it comes from, and what may be found for it.

    `relevant` are ids of experiences that somebody judged related; empty where nobody judged.
    """

    text: str
    source: str
    where: Where = EVERYTHING
    relevant: frozenset[str] = frozenset()


class Remembering:
    """An encoder whose vectors are kept in a cache."""

    def __init__(self, encoder: Encoder, cache: EmbeddingCache) -> None:
        self._encoder, self._cache = encoder, cache
        self.id, self.revision = encoder.id, encoder.revision
        self.dimension, self.max_tokens = encoder.dimension, encoder.max_tokens
        self.normalised = encoder.normalised

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (n texts, d)."""
        return embed(texts, self._encoder, cache=self._cache).vectors


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def picked(things: Sequence[Any], most: int) -> list[Any]:
    """At most so many, by a fixed chance."""
    chosen = list(things)
    random.Random(20_26).shuffle(chosen)
    return chosen[:most]


def banking(data: Path, part: Part, most: int) -> list[Problem]:
    """Customers' questions to a bank: half of the intents choose, the others report."""
    there = list(lines(data / "clustering_banking77" / "docs.jsonl.gz"))
    labels = sorted({row["label"] for row in there})
    wanted = set(labels[::2] if part == "choosing" else labels[1::2])
    found = [row["text"] for row in there if row["label"] in wanted]
    return [Problem(text, "Banking77") for text in picked(found, most)]


def newsgroups(data: Path, part: Part, most: int) -> list[Problem]:
    """Postings of three newsgroups, without the lines that quote another."""
    found = []
    for row in lines(data / "clustering_20newsgroups" / "docs.jsonl.gz"):
        if row["label"] in FOREIGN_GROUPS[part]:
            own = [line for line in row["body"].splitlines() if not line.lstrip().startswith(">")]
            text = f"{row['subject'].removeprefix('Re: ')}\n{' '.join(' '.join(own).split())}"
            if len(text) > 150:
                found.append(text[:LONGEST].rsplit(" ", 1)[0])
    return [Problem(text, "20 Newsgroups") for text in picked(found, most)]


def judged(
    folder: Path, splits: Sequence[str], source: str, most: int, ids: dict[str, str]
) -> list[Problem]:
    """Questions of a labelled set; `ids` gives the experience of each document, where known."""
    found = []
    for split in splits:
        qrels = read_qrels(folder, split)
        for query in read_queries(folder, split):
            good = frozenset(
                ids.get(key, key) for key, grade in qrels.get(query.id, {}).items() if grade > 0
            )
            if good:
                own = (ids[query.id],) if query.id in ids else ()
                where = Where(before=query.created, not_ids=own)
                found.append(Problem(query.text, source, where, good))
    return picked(found, most)


def own_stories(workspace: Workspace, part: Part, most: int) -> list[Problem]:
    """Experiences told as problems, without themselves: about the subject, judged by nobody.

    The story is the beginning (a situation where there is one); of the sample community only
    those that are one of a pair, with the others of their pairs as what is related.
    """
    related: dict[str, set[str]] = {}
    if workspace.community == "sample":
        ids = {e.title: e.id for e in workspace.store.all_experiences(limit=1000)}
        keys = _sample_keys(ids)
        for pair in sample_pairs():
            if pair.relation == "contradicts":
                related.setdefault(keys[pair.a], set()).add(keys[pair.b])
                related.setdefault(keys[pair.b], set()).add(keys[pair.a])
    found = []
    for place, one in enumerate(workspace.store.all_experiences(limit=5000)):
        if place % 2 != (part == "reporting") or (related and one.id not in related):
            continue
        text = one.part("situation") or f"{one.title}\n{one.text}"
        if len(text) > 150:
            good = frozenset(related.get(one.id, ()))
            cut = text[:LONGEST].rsplit(" ", 1)[0]
            found.append(Problem(cut, workspace.community, Where(not_ids=(one.id,)), good))
    return picked(found, most)


def _sample_keys(ids: dict[str, str]) -> dict[str, str]:
    from pipeline.sources.sample import sample_folder

    keys = {}
    for path in sorted(sample_folder().glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["title"] in ids:
                keys[row["id"]] = ids[row["title"]]
    return keys
