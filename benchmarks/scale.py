"""The index at 10 thousand, 100 thousand and a million passages: prints a table, writes JSON.

    python benchmarks/scale.py [--sizes 10000 100000 1000000] [--out FILE] [--folder DIR]

For each size, every step in a process of its own:
- build: passages come in portions as `doubleloop index` brings them; seconds without embedding,
  the slowest portion, peak memory
- ask: `retrieval.rank` (encode, dense and lexical search, fusion, best passage of each
  experience) and bare encode + faiss search (one index of the same kind, built plainly in memory,
  its reading depth set so that it finds as much), problem by problem in turn
- open: from opening the folder to the first answer, and peak memory after all problems
- add and withdraw: one more percent of passages; one passage; a hundredth of them

What is made: sentences of the sample community are encoded for real; the vectors of passages are
those, moved by the difference of two neighbours, so that they cluster as text does. Words follow
Zipf's law, the sample's own first, in their order of frequency. Problems are sentences that were
held back. Machines are noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np

from pipeline.documents.sentences import sentences
from pipeline.embeddings.base import Encoder
from pipeline.embeddings.registry import load_encoder
from pipeline.embeddings.tokens import terms, words
from pipeline.index.base import IndexRow
from pipeline.index.disk_index import DiskIndex
from pipeline.records import Where
from pipeline.retrieval.candidates import Reader
from pipeline.retrieval.search import rank
from pipeline.settings import Settings
from pipeline.sources.sample import sample_folder

AT_ONCE = 2048  # passages a portion, as `doubleloop index` brings them
WORDS_A_PASSAGE = 60  # and two stop words to three of them: a hundred in all
VOCABULARY = 400_000
PROBLEMS = 200
DEPTH = 100  # passages that a search fetches by meaning, as `ask` does
SHOWN = 10
READER = Reader(experiences=lambda _: {}, passages=lambda _: {}, outcomes=lambda _: {})


class World:
    """Made passages, the same for everybody who asks for them."""

    def __init__(self, folder: Path) -> None:
        stored = np.load(folder / "world.npz", allow_pickle=False)
        self.base, self.neighbours = stored["base"], stored["neighbours"]
        self.vocabulary = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
        self.problems = (folder / "problems.txt").read_text(encoding="utf-8").split("\n")
        weights = 1 / (np.arange(VOCABULARY) + 2.7) ** 1.07
        self.shares = np.cumsum(weights / weights.sum())

    def vectors(self, number: int, size: int) -> np.ndarray:
        pick = np.random.default_rng([1, number])
        near, one = pick.integers(len(self.base), size=(2, size))
        other = self.neighbours[one, pick.integers(self.neighbours.shape[1], size=size)]
        made = self.base[near] + 0.8 * (self.base[one] - self.base[other])
        return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)

    def rows(self, number: int, size: int) -> list[IndexRow]:
        """The passages of a portion."""
        pick = np.random.default_rng([2, number])
        lengths = pick.integers(WORDS_A_PASSAGE // 2, WORDS_A_PASSAGE * 3 // 2, size=size)
        drawn = np.searchsorted(self.shares, pick.random(int(lengths.sum())))
        texts = np.split(drawn, np.cumsum(lengths)[:-1])
        vectors = self.vectors(number, size)
        first = datetime(2015, 1, 1, tzinfo=UTC)
        start = number * AT_ONCE
        return [
            IndexRow(
                id=start + i,
                experience=f"experience-{(start + i) // 3}",
                vector=vectors[i],
                text=" ".join(
                    self.vocabulary[word] + (" the" if place % 3 else "")
                    for place, word in enumerate(texts[i].tolist())
                ),
                created=first + timedelta(hours=start + i),
                discipline=f"field {(start + i) // 3 % 12}",
                outcome=("worked", "failed", "unknown", "unknown")[(start + i) // 3 % 4],
                author=f"author-{(start + i) // 3 % 5000}",
                source="made",
            )
            for i in range(size)
        ]


def portions(size: int) -> Iterator[tuple[int, int]]:
    """Number and size of each portion."""
    for start in range(0, size, AT_ONCE):
        yield start // AT_ONCE, min(AT_ONCE, size - start)


def make_world(folder: Path, encoder: Encoder) -> None:
    paths = sorted(sample_folder().glob("*.jsonl"))
    told = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    texts = ["\n".join(v for v in one.values() if isinstance(v, str) and " " in v) for one in told]
    parts = sorted({text[a:b].strip() for text in texts for a, b in sentences(text)})
    parts = [part for part in parts if len(part) > 40]
    np.random.default_rng(0).shuffle(parts)
    print(f"Encoding {len(parts):,} sentences of the sample community …", flush=True)
    vectors = encoder.encode(parts[PROBLEMS:])
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1)
    neighbours = np.argpartition(-near, 10, axis=1)[:, :10]
    np.savez(folder / "world.npz", base=vectors, neighbours=neighbours)
    known = [word for word, _ in Counter(w for text in texts for w in words(text)).most_common()]
    made = [f"made{number}x" for number in range(VOCABULARY - len(known))]
    (folder / "words.txt").write_text("\n".join([*known, *made]), encoding="utf-8")
    (folder / "problems.txt").write_text("\n".join(parts[:PROBLEMS]), encoding="utf-8")


class Named:
    """An encoder of the same name that encodes nothing: building needs no model."""

    id, revision, dimension, normalised = "all-MiniLM-L6-v2", "made", 384, True


class Renamed:
    """The real encoder under the name that the index was built with."""

    id, revision, dimension, normalised = "all-MiniLM-L6-v2", "made", 384, True

    def __init__(self) -> None:
        self._encoder = load_encoder(Settings())
        self.encode = self._encoder.encode
        self.max_tokens, self.described = self._encoder.max_tokens, self._encoder.described


def timed(function, *args, **named):
    began = time.perf_counter()
    result = function(*args, **named)
    return time.perf_counter() - began, result


def peak_gb() -> float:
    """The most that was ever resident; what the parent process had does not count."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 2**20


def on_disk_gb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / 2**30


def build(folder: Path, size: int) -> dict[str, float]:
    world = World(folder)
    index = DiskIndex(folder / str(size), Named())
    took = [timed(index.upsert, world.rows(*portion))[0] for portion in portions(size)]
    recalls = [s.recall for s in index.manifest.segments if s.lists]
    return {
        "build_s": sum(took),
        "slowest_portion_s": max(took),
        "build_peak_gb": peak_gb(),
        "disk_gb": on_disk_gb(index.folder),
        "segments": len(index.manifest.segments),
        "with_lists": len(recalls),
        "recall_when_made": min(recalls, default=1.0),
    }


def opening(folder: Path, size: int) -> dict[str, float]:
    problems = World(folder).problems
    loading, encoder = timed(Renamed)
    warming, _ = timed(encoder.encode, ["warm"])

    def first():
        index = DiskIndex(folder / str(size), encoder)
        return index, rank(problems[0], index=index, encoder=encoder, read=READER, k=SHOWN)

    seconds, (index, _) = timed(first)
    for problem in problems:
        rank(problem, index=index, encoder=encoder, read=READER, k=SHOWN)
    return {
        "load_encoder_s": loading + warming,
        "open_to_first_answer_s": seconds,
        "ask_peak_gb": peak_gb(),
    }


def truth(world: World, queries: np.ndarray, size: int, k: int) -> np.ndarray:
    """Ids of the k nearest passages of each query, all of them compared."""
    best = np.full((len(queries), k), -np.inf, dtype=np.float32)
    ids = np.full((len(queries), k), -1)
    for number, count in portions(size):
        scores = np.hstack([best, queries @ world.vectors(number, count).T])
        here = np.arange(number * AT_ONCE, number * AT_ONCE + count)
        all_ids = np.hstack([ids, np.broadcast_to(here, (len(queries), count))])
        top = np.argpartition(-scores, k - 1, axis=1)[:, :k]
        best = np.take_along_axis(scores, top, 1)
        ids = np.take_along_axis(all_ids, top, 1)
    return np.take_along_axis(ids, np.argsort(-best, axis=1), 1)


def shared(found, expected) -> float:
    pairs = zip(found, expected, strict=True)
    return float(np.mean([len(set(a) & set(b.tolist())) / len(b) for a, b in pairs]))


def plain_faiss(world: World, size: int, queries: np.ndarray, near: np.ndarray, *, lists: bool):
    """A faiss index of the kind that ours uses at this size, built as its manual says."""
    import faiss

    dimension = queries.shape[1]
    if not lists:
        index = faiss.IndexFlatIP(dimension)
        for portion in portions(size):
            index.add(world.vectors(*portion))
        return index, "flat", 1.0
    number = int(4 * math.sqrt(size))
    coded = faiss.index_factory(
        dimension, f"IVF{number},PQ{dimension // 3}x4fs", faiss.METRIC_INNER_PRODUCT
    )
    enough = list(portions(size))[: number * 40 // AT_ONCE + 1]
    coded.train(np.vstack([world.vectors(*portion) for portion in enough]))
    index = faiss.IndexRefineFlat(coded)
    index.k_factor = 3
    for portion in portions(size):
        index.add(world.vectors(*portion))
    coded.nprobe = 1
    while True:
        found = [index.search(query[None], DEPTH)[1][0][:10].tolist() for query in queries]
        recall = shared(found, near[:, :10])
        if recall >= 0.98 or coded.nprobe >= number:
            return index, f"IVF{number},PQ4fs + refine, nprobe {coded.nprobe}", recall
        coded.nprobe *= 2


def asking(folder: Path, size: int) -> dict[str, object]:
    world, encoder = World(folder), Renamed()
    index = DiskIndex(folder / str(size), encoder)
    queries = np.vstack([encoder.encode([problem]) for problem in world.problems])
    near = truth(world, queries, size, DEPTH)
    found = [[h.id for h in index.search(q, None, k=DEPTH, mode="dense")] for q in queries]
    lists = any(segment.lists for segment in index.manifest.segments)
    bare, kind, bare_recall = plain_faiss(world, size, queries, near, lists=lists and size > 20_000)
    ours, theirs, parts = [], [], {"encode": [], "dense": [], "lexical": [], "both": []}
    filtered = []
    for problem in [*world.problems[:20], *world.problems]:
        ours.append(timed(rank, problem, index=index, encoder=encoder, read=READER, k=SHOWN)[0])
        theirs.append(timed(lambda p=problem: bare.search(encoder.encode([p]), DEPTH))[0])
        seconds, encoded = timed(encoder.encode, [problem])
        parts["encode"].append(seconds)
        vector = encoded[0]
        for mode in ("dense", "lexical", "both"):
            parts[mode].append(timed(index.search, vector, problem, k=DEPTH, mode=mode)[0])
        where = Where(disciplines=("field 3",), outcomes=("worked",))
        filtered.append(timed(index.search, vector, problem, k=DEPTH, where=where)[0])
    percent = {
        f"{name}_{p}_ms": 1000 * float(np.percentile(values[20:], int(p[1:])))
        for name, values in {"ask": ours, "bare": theirs, **parts, "filtered": filtered}.items()
        for p in ("p50", "p95")
    }
    return {
        **percent,
        "ask_to_bare_p95": percent["ask_p95_ms"] / percent["bare_p95_ms"],
        "recall_at_10": shared([ids[:10] for ids in found], near[:, :10]),
        "recall_at_100": shared(found, near),
        "bare": kind,
        "bare_recall_at_10": bare_recall,
        "terms_a_problem": float(np.mean([len(terms(problem)) for problem in world.problems])),
    }


def changing(folder: Path, size: int) -> dict[str, float]:
    world = World(folder)
    index = DiskIndex(folder / str(size), Named())
    start = -(-size // AT_ONCE)
    more = [world.rows(start + number, count) for number, count in portions(size // 100)]
    adding = sum(timed(index.upsert, rows)[0] for rows in more)
    withdrawing, _ = timed(index.delete, ids=[size // 2])
    scattered, gone = timed(index.delete, ids=range(7, size, 100))
    return {
        "add_percent_s": adding,
        "withdraw_one_s": withdrawing,
        "withdraw_percent_s": scattered,
        "withdrawn": gone,
        "rows_after": index.count(),
    }


STEPS = {"build": build, "open": opening, "ask": asking, "change": changing}


def run(step: str, folder: Path, size: int) -> dict[str, object]:
    command = [sys.executable, __file__, "--step", step, "--sizes", str(size), "--folder"]
    done = subprocess.run([*command, str(folder)], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """How time grows with size: 1 is in proportion."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def verdicts(rows: list[dict]) -> list[tuple[str, bool, str]]:
    judged = []
    for row in rows:
        name = f"{row['size']:,}"
        share = row["add_percent_s"] / row["build_s"]
        judged += [
            (f"{name}: ask p95 at most 1.3 times bare", row["ask_to_bare_p95"] <= 1.3,
             f"{row['ask_to_bare_p95']:.2f}"),
            (f"{name}: recall@10 at least .98", row["recall_at_10"] >= 0.98,
             f"{row['recall_at_10']:.4f}"),
            (f"{name}: adding 1 % at most 3 % of building", share <= 0.03, f"{share:.2%}"),
        ]  # fmt: skip
    peak = max(max(row["build_peak_gb"], row["ask_peak_gb"]) for row in rows)
    judged.append(("peak memory at most 2.5 GB", peak <= 2.5, f"{peak:.2f} GB"))
    if len(rows) > 1:
        grows = exponent([r["size"] for r in rows], [r["build_s"] for r in rows])
        judged.append(("building grows by exponent 1.05 at most", grows <= 1.05, f"{grows:.3f}"))
    return judged


COLUMNS = {
    "size": "{:,}", "build_s": "{:.1f}", "slowest_portion_s": "{:.2f}", "build_peak_gb": "{:.2f}",
    "disk_gb": "{:.2f}", "segments": "{}", "open_to_first_answer_s": "{:.2f}",
    "ask_peak_gb": "{:.2f}", "ask_p50_ms": "{:.1f}", "ask_p95_ms": "{:.1f}",
    "bare_p50_ms": "{:.1f}", "bare_p95_ms": "{:.1f}", "encode_p50_ms": "{:.1f}",
    "dense_p50_ms": "{:.1f}", "lexical_p50_ms": "{:.1f}", "both_p50_ms": "{:.1f}",
    "both_p95_ms": "{:.1f}", "filtered_p95_ms": "{:.1f}", "recall_at_10": "{:.4f}",
    "recall_at_100": "{:.4f}", "bare": "{}", "bare_recall_at_10": "{:.4f}",
    "add_percent_s": "{:.2f}", "withdraw_one_s": "{:.2f}", "withdraw_percent_s": "{:.2f}",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--folder", type=Path, help="where to build; kept if given")
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        print(json.dumps(STEPS[given.step](given.folder, given.sizes[0])))
        return
    folder = given.folder or Path(tempfile.mkdtemp(prefix="scale-"))
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "problems.txt").exists():
        make_world(folder, load_encoder(Settings()))
    rows = []
    for size in given.sizes:
        shutil.rmtree(folder / str(size), ignore_errors=True)
        row: dict = {"size": size}
        for step in STEPS:
            done = run(step, folder, size)
            row.update(done)
            print(f"{size:,} {step}: {json.dumps(done)}", file=sys.stderr, flush=True)
        rows.append(row)
    print("| |" + "|".join(f" {COLUMNS['size'].format(row['size'])} " for row in rows) + "|")
    print("|---|" + "---|" * len(rows))
    for name, form in list(COLUMNS.items())[1:]:
        print(f"| {name} |" + "|".join(f" {form.format(row[name])} " for row in rows) + "|")
    judged = verdicts(rows)
    for text, good, value in judged:
        print(f"{'met  ' if good else 'MISSED'} {text}: {value}")
    if given.out:
        result = {"rows": rows, "verdicts": [[t, g, v] for t, g, v in judged]}
        given.out.write_text(json.dumps(result, indent=2), encoding="utf-8")
    if not given.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
