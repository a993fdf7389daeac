"""Lexical search engines side by side on test collections: quality, latency, building, updates.

    python benchmarks/lexical.py FOLDER[:SPLIT] ... [--json FILE]

Each FOLDER is in BEIR layout (corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv, gzipped or not); the
split is dev if there is one, else test. Where queries have a date, only older documents count.
Engines: ours (pipeline.index.lexical), bm25s on the same terms, bm25s with its own defaults and
stemming, SQLite FTS5 with porter, tantivy with en_stem (left out when it is not installed).
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer

from pipeline.embeddings.tokens import terms, words
from pipeline.index.lexical import Lexicon, Piece
from pipeline.index.postings import Postings
from pipeline.records import Document
from pipeline.retrieval.measure import measure
from pipeline.sources.base import ReadOptions
from pipeline.sources.tables.beir import Beir, Query, read_qrels, read_queries

DEPTH = 100
Search = Callable[[str, np.ndarray], list[tuple[int, float]]]
"""Query text and a mask of allowed documents to the best documents with their scores."""


@dataclass(frozen=True)
class Collection:
    name: str
    keys: list[str]
    texts: list[str]
    created: list[Any]
    queries: Sequence[Query]
    qrels: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Engine:
    name: str
    search: Search
    build_seconds: float
    add_milliseconds: float


def load(argument: str) -> Collection:
    folder, _, split = argument.partition(":")
    path = Path(folder)
    if not split:
        split = "dev" if list(path.glob("qrels/dev.tsv*")) else "test"
    read = [d for d in Beir().read(path, ReadOptions()) if isinstance(d, Document)]
    return Collection(
        name=f"{path.name} {split}",
        keys=[document.key for document in read],
        texts=[f"{d.title}\n" + "\n".join(part.body for part in d.parts) for d in read],
        created=[document.created for document in read],
        queries=read_queries(path, split),
        qrels=read_qrels(path, split),
    )


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = function()
    return time.perf_counter() - began, result


def best(scores: np.ndarray, allowed: np.ndarray) -> list[tuple[int, float]]:
    kept = np.where(allowed, scores, 0.0)
    top = np.argsort(-kept, kind="stable")[:DEPTH]
    return [(int(i), float(kept[i])) for i in top if kept[i] > 0]


def ours(texts: list[str]) -> Engine:
    def piece(of: Sequence[str]) -> Piece:
        return Piece(Postings.of([Counter(terms(text)) for text in of]))

    def add() -> None:
        longer = Lexicon([*lexicon.pieces, piece(texts[:1])])
        longer.query(["warm"]).best(DEPTH, allowed=[None, None])

    def search(text: str, allowed: np.ndarray) -> list[tuple[int, float]]:
        rows, scores = lexicon.query(terms(text)).best(DEPTH, allowed=[allowed])
        order = np.lexsort((rows, -scores))[:DEPTH]
        return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True))

    seconds, lexicon = timed(lambda: Lexicon([piece(texts)]))
    adding, _ = timed(add)
    return Engine("ours", search, seconds, adding * 1000)


def bm25s_engine(texts: list[str], name: str, tokenise: Callable[[str], list[str]]) -> Engine:
    scorer = bm25s.BM25()
    counting, tokens = timed(lambda: [tokenise(text) for text in texts])
    seconds, _ = timed(lambda: scorer.index(tokens, show_progress=False))

    def search(text: str, allowed: np.ndarray) -> list[tuple[int, float]]:
        known = [term for term in tokenise(text) if term in scorer.vocab_dict]
        return best(scorer.get_scores(known), allowed) if known else []

    return Engine(name, search, counting + seconds, seconds * 1000)


def bm25s_defaults() -> Callable[[str], list[str]]:
    stemmer = Stemmer.Stemmer("english")

    def tokenise(text: str) -> list[str]:
        return bm25s.tokenize(
            text, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
        )[0]

    return tokenise


def fts5(texts: list[str], folder: Path) -> Engine:
    base = sqlite3.connect(folder / "fts.db")
    base.execute("CREATE VIRTUAL TABLE rows USING fts5(text, tokenize='porter unicode61')")

    def build() -> None:
        base.executemany("INSERT INTO rows(rowid, text) VALUES (?, ?)", enumerate(texts))
        base.commit()

    def add() -> None:
        base.execute("INSERT INTO rows(rowid, text) VALUES (?, ?)", (10**9, texts[0]))
        base.commit()
        base.execute("DELETE FROM rows WHERE rowid = ?", (10**9,))
        base.commit()

    def search(text: str, allowed: np.ndarray) -> list[tuple[int, float]]:
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words(text)))
        if not asked:
            return []
        query = "SELECT rowid, rank FROM rows WHERE rows MATCH ? ORDER BY rank LIMIT ?"
        limit = DEPTH if allowed.all() else len(texts)
        found = base.execute(query, (asked, limit))
        return [(row, -rank) for row, rank in found if allowed[row]][:DEPTH]

    seconds, _ = timed(build)
    adding, _ = timed(add)
    return Engine("SQLite FTS5 porter", search, seconds, adding * 1000)


def tantivy_engine(texts: list[str], folder: Path) -> Engine | None:
    try:
        import tantivy
    except ImportError:
        print("tantivy is left out: it is not installed (pip install tantivy).")
        return None
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", tokenizer_name="en_stem")
    schema.add_integer_field("row", stored=True, indexed=True)
    folder.mkdir()
    index = tantivy.Index(schema.build(), path=str(folder))
    writer = index.writer(num_threads=1)

    def build() -> None:
        for row, text in enumerate(texts):
            writer.add_document(tantivy.Document(text=[text], row=row))
        writer.commit()
        index.reload()

    def add() -> None:
        writer.add_document(tantivy.Document(text=[texts[0]], row=len(texts)))
        writer.commit()
        index.reload()

    def search(text: str, allowed: np.ndarray) -> list[tuple[int, float]]:
        asked = " ".join(dict.fromkeys(word for word in words(text) if word.isalnum()))
        if not asked:
            return []
        searcher = index.searcher()
        limit = DEPTH if allowed.all() else len(texts)
        hits = searcher.search(index.parse_query(asked, ["text"]), limit).hits
        found = ((searcher.doc(address)["row"][0], score) for score, address in hits)
        return [(row, score) for row, score in found if row < len(texts) and allowed[row]][:DEPTH]

    seconds, _ = timed(build)
    adding, _ = timed(add)
    return Engine("tantivy en_stem", search, seconds, adding * 1000)


def allowed_for(query: Query, collection: Collection) -> np.ndarray:
    """The date rule: only what is strictly older, and never the query itself."""
    return np.array(
        [
            key != query.id
            and (query.created is None or created is None or created < query.created)
            for key, created in zip(collection.keys, collection.created, strict=True)
        ]
    )


def run(engine: Engine, collection: Collection) -> dict[str, Any]:
    answers: dict[str, dict[str, float]] = {}
    took = []
    for query in collection.queries:
        allowed = allowed_for(query, collection)
        seconds, found = timed(lambda q=query, a=allowed: engine.search(q.text, a))
        took.append(seconds * 1000)
        answers[query.id] = {collection.keys[row]: score for row, score in found}
    figures, number = measure(answers, collection.qrels)
    return {
        "collection": collection.name,
        "engine": engine.name,
        "documents": len(collection.keys),
        "queries": number,
        "nDCG@10": figures["nDCG@10"],
        "R@50": figures["R@50"],
        "p50_ms": statistics.median(took),
        "p95_ms": float(np.percentile(took, 95)),
        "build_s": engine.build_seconds,
        "add_one_ms": engine.add_milliseconds,
    }


def engines(texts: list[str], folder: Path) -> list[Engine]:
    made = [
        ours(texts),
        bm25s_engine(texts, "bm25s, our terms", terms),
        bm25s_engine(texts, "bm25s, its defaults, stemmed", bm25s_defaults()),
        fts5(texts, folder),
        tantivy_engine(texts, folder / "tantivy"),
    ]
    return [engine for engine in made if engine is not None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", metavar="FOLDER[:SPLIT]")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = []
    print("| collection | engine | nDCG@10 | R@50 | p50 ms | p95 ms | build s | add one ms |")
    print("|---|---|---|---|---|---|---|---|")
    for argument in given.folders:
        collection = load(argument)
        with tempfile.TemporaryDirectory() as folder:
            for engine in engines(collection.texts, Path(folder)):
                row = run(engine, collection)
                rows.append(row)
                print(
                    f"| {row['collection']} | {row['engine']} | {row['nDCG@10']:.3f} "
                    f"| {row['R@50']:.3f} | {row['p50_ms']:.2f} | {row['p95_ms']:.2f} "
                    f"| {row['build_s']:.2f} | {row['add_one_ms']:.1f} |",
                    flush=True,
                )
    if given.json:
        given.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
