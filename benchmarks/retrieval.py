"""Ranking against its own halves, and against every fixed way of fusing them.

    python benchmarks/retrieval.py DATA_FOLDER [--sets NAME ...] [--time] [--out FILE]

DATA_FOLDER holds the judged sets, each a folder in BEIR layout. Every query takes the path that
a member's problem takes; queries with a date meet older documents only, and none meets itself.
Against it stand meaning alone, words alone, reciprocal rank fusion (k = 60), and two families of
fixed weights in steps of 0.1: the cosine as it is with BM25 as a share of the best, and min-max
of both. The best fixed weight of a set is chosen by looking at that very set.

The verdict counts the sets, and of Slicer's training questions those with an odd number, that had
no part in choosing anything. `--time` adds what a search takes, plain and whole.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.embeddings.base import Encoder, Progress, Vectors
from pipeline.embeddings.cache import EmbeddingCache
from pipeline.embeddings.embed import embed
from pipeline.flow.asking import reader
from pipeline.flow.evaluating import Asking, askings, collection_community, documents_of
from pipeline.flow.workspace import Workspace
from pipeline.index.base import IndexHit
from pipeline.retrieval.aggregate import by_experience
from pipeline.retrieval.candidates import Ranked, Scored
from pipeline.retrieval.clean_problem import (
    clean_problem,
    headline,
    problem_vector,
)
from pipeline.retrieval.fusion import fuse
from pipeline.retrieval.limits import Limits, limits_of
from pipeline.retrieval.measure import measure
from pipeline.retrieval.search import rank
from pipeline.settings import load_settings
from pipeline.sources.tables.beir import read_qrels, read_queries

MEASURES = ("nDCG@10", "MAP", "R@10", "R@50")
DEPTH = 200  # passages of each side, as `rank` takes for a hundred experiences
ALONE = 300  # passages of a side that stands alone
EXPERIENCES = 100
RRF = 60
TIMED = 60  # problems whose searches are timed
STEPS = tuple(step / 10 for step in range(11))
OURS, MEANING, WORDS, RANKS = "ours", "meaning alone", "words alone", "RRF k=60"
FAMILIES = ("scaled", "min-max")
Run = dict[str, dict[str, float]]
Runs = dict[str, Run]
Figures = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Judged:
    """A split of a test collection; `counts` says whether the verdict looks at it."""

    name: str
    folder: str
    split: str
    only: Callable[[str], bool] = lambda _query: True
    counts: bool = True


SETS = (
    Judged("cacm test", "retrieval_cacm", "test"),
    Judged("semeval dev", "retrieval_semeval2016_qatarliving", "dev"),
    Judged("semeval train", "retrieval_semeval2016_qatarliving", "train", counts=False),
    Judged("slicer train, odd", "retrieval_slicer_forum_links", "train", lambda q: int(q) % 2 == 1),
    Judged("slicer train, all", "retrieval_slicer_forum_links", "train", counts=False),
    Judged("slicer dev", "retrieval_slicer_forum_links", "dev"),
)


class Remembering:
    """An encoder that looks into the embedding cache first."""

    normalised = True

    def __init__(self, encoder: Encoder, cache: EmbeddingCache) -> None:
        self._encoder, self._cache = encoder, cache
        self.id, self.revision = encoder.id, encoder.revision
        self.dimension, self.max_tokens = encoder.dimension, encoder.max_tokens
        self.described = encoder.described

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        return embed(texts, self._encoder, cache=self._cache, progress=progress).vectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, metavar="DATA_FOLDER")
    parser.add_argument("--sets", nargs="+", choices=[one.name for one in SETS], metavar="NAME")
    parser.add_argument("--time", action="store_true", help="time searches as well")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    given = parser.parse_args()
    chosen = [one for one in SETS if not given.sets or one.name in given.sets]
    figures: dict[str, Figures] = {}
    times: dict[str, dict[str, float]] = {}
    for folder in dict.fromkeys(one.folder for one in chosen):
        here = [one for one in chosen if one.folder == folder]
        with collection_community(load_settings(), given.data / folder) as workspace:
            encoder = workspace.encoder.id
            for split in dict.fromkeys(one.split for one in here):
                runs = asked_all(workspace, given.data / folder, split)
                qrels = read_qrels(given.data / folder, split)
                for one in (one for one in here if one.split == split):
                    figures[one.name] = measured(runs, qrels, one)
                    show(one.name, figures[one.name])
            if given.time:
                times[folder] = timed(workspace, given.data / folder, here[0])
                print("  ".join(f"{k}: {v:.1f}" for k, v in times[folder].items()), flush=True)
    counted = {one.name: figures[one.name] for one in chosen if one.counts}
    verdict = judged(counted) if counted else {}
    for name in MEASURES if counted else ():
        tell(name, verdict[name])
    if given.out:
        found = {"encoder": encoder, "figures": figures, "verdict": verdict, "times": times}
        given.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


def asked_all(workspace: Workspace, folder: Path, split: str) -> Runs:
    """Every query of a split, ranked in every way."""
    encoder = Remembering(workspace.encoder, workspace.cache)
    keys = documents_of(workspace)
    runs: Runs = {}
    for asking in askings(workspace, read_queries(folder, split)):
        for name, scores in rankings(workspace, encoder, asking):
            runs.setdefault(name, {})[asking.id] = {keys[id_]: score for id_, score in scores}
    return runs


def measured(runs: Runs, qrels: Mapping[str, Mapping[str, int]], one: Judged) -> Figures:
    """Figures of every way of ranking on the queries that a set has of its split."""
    judged_here = {query: grades for query, grades in qrels.items() if one.only(query)}
    return {name: measure(run, judged_here)[0] for name, run in runs.items()}


def rankings(
    workspace: Workspace, encoder: Encoder, asking: Asking
) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """One problem, ranked in every way."""
    index, where = workspace.index, asking.where
    words = clean_problem(asking.problem)
    vector = problem_vector(words, encoder)
    limits = limits_of(encoder.id)
    yield (
        OURS,
        rank(
            asking.problem, index=index, encoder=encoder, read=reader(workspace), where=where,
            k=EXPERIENCES,
        ),
    )  # fmt: skip
    near = index.search(vector, None, where=where, k=ALONE, mode="dense")
    yield MEANING, listed(by_experience(fuse(near, replace(limits, dense_share=1.0, floor=0.0))))
    sharing = index.search(None, words, where=where, k=ALONE, mode="lexical")
    yield WORDS, listed(by_experience(fuse(sharing, replace(limits, dense_share=0.0, floor=0.0))))
    hits = index.search(vector, words, where=where, k=DEPTH, mode="both")
    yield RANKS, listed(by_experience(by_ranks(hits)))
    for share in STEPS:
        scaled = fuse(hits, replace(limits, dense_share=share, floor=0.0))
        yield f"{FAMILIES[0]} {share:.1f}", listed(by_experience(scaled))
        yield f"{FAMILIES[1]} {share:.1f}", listed(by_experience(min_max(hits, share)))


def by_ranks(hits: Sequence[IndexHit]) -> list[Scored]:
    """Reciprocal rank fusion; a passage without any of the words is in one list only."""
    scores = dict.fromkeys((hit.id for hit in hits), 0.0)
    sharing = [hit for hit in hits if hit.lexical]
    for ordered in (
        sorted(hits, key=lambda hit: (-(hit.dense or 0.0), hit.id)),
        sorted(sharing, key=lambda hit: (-(hit.lexical or 0.0), hit.id)),
    ):
        for place, hit in enumerate(ordered, start=1):
            scores[hit.id] += 1.0 / (RRF + place)
    return scored(hits, [scores[hit.id] for hit in hits])


def min_max(hits: Sequence[IndexHit], share: float) -> list[Scored]:
    """Both scores spread from the lowest of the search to the highest, then weighed."""
    dense = spread([hit.dense or 0.0 for hit in hits])
    lexical = spread([hit.lexical or 0.0 for hit in hits])
    return scored(hits, (share * dense + (1.0 - share) * lexical).tolist())


def spread(values: Sequence[float]) -> np.ndarray:
    array = np.array(values, dtype=np.float64)
    if not len(array) or array.max() == array.min():
        return np.zeros_like(array)
    result: np.ndarray = (array - array.min()) / (array.max() - array.min())
    return result


def scored(hits: Sequence[IndexHit], scores: Sequence[float]) -> list[Scored]:
    return [
        Scored(hit.id, hit.experience, score, hit.dense or 0.0, hit.lexical or 0.0)
        for hit, score in zip(hits, scores, strict=True)
    ]


def listed(ranked: Sequence[Ranked]) -> list[tuple[str, float]]:
    return [(one.experience, one.score) for one in ranked[:EXPERIENCES]]


def timed(workspace: Workspace, folder: Path, one: Judged) -> dict[str, float]:
    """Processor milliseconds (median), which other load on the machine hardly moves.

    "plain" is searching and fusing, "whole" is `rank`, both without encoding.
    """
    index, limits = workspace.index, limits_of(workspace.encoder.id)
    encoder = Remembering(workspace.encoder, workspace.cache)
    took: dict[str, list[float]] = {}
    titles = 0

    def clock(name: str, function: Callable[[], Any]) -> Any:
        began = time.process_time()
        answer = function()
        took.setdefault(name, []).append(1000 * (time.process_time() - began))
        return answer

    for asking in list(askings(workspace, read_queries(folder, one.split)))[:TIMED]:
        words = clean_problem(asking.problem)
        titles += bool(headline(asking.problem))
        vector = clock("encode", partial(problem_vector, words, workspace.encoder))
        problem_vector(words, encoder)  # what `rank` encodes is then remembered
        search = partial(index.search, vector, words, where=asking.where, k=100)
        clock("plain", partial(fused, search, limits))
        known = partial(rank, asking.problem, index=index, encoder=encoder, where=asking.where)
        clock("whole", partial(known, read=reader(workspace), k=50))
    return {
        "passages": index.count(),
        "problems": len(took["plain"]),
        "with a title": titles,
        **{f"{name} ms": statistics.median(values) for name, values in took.items()},
    }


def fused(search: Callable[[], list[IndexHit]], limits: Limits) -> list[Ranked]:
    return by_experience(fuse(search(), limits))


def judged(figures: Mapping[str, Figures]) -> dict[str, Any]:
    """For each measure: our share of the better half and of the fixed weights."""
    fixed = [f"{family} {step:.1f}" for family in FAMILIES for step in STEPS]
    verdict: dict[str, Any] = {}
    for name in MEASURES:
        value = {s: {run: row[name] for run, row in runs.items()} for s, runs in figures.items()}
        gains = {
            one: statistics.mean(runs[OURS] / runs[one] for runs in value.values()) for one in fixed
        }
        single = min(gains, key=lambda one: (gains[one], one))
        verdict[name] = {
            "sets": {
                s: {
                    "better half": runs[OURS] / max(runs[MEANING], runs[WORDS]),
                    "best fixed weight here": runs[OURS] / max(runs[one] for one in fixed),
                    "best single weight": runs[OURS] / runs[single],
                }
                for s, runs in value.items()
            },
            "single": single,
            "mean gain over it": gains[single] - 1.0,
        }
    return verdict


def show(name: str, runs: Figures) -> None:
    print(f"\n{name:<22}" + "".join(f"{measure_:>9}" for measure_ in MEASURES))
    for run, row in runs.items():
        print(f"{run:<22}" + "".join(f"{row[measure_]:>9.4f}" for measure_ in MEASURES))
    print(flush=True)


def tell(name: str, verdict: Mapping[str, Any]) -> None:
    rows: Mapping[str, Mapping[str, float]] = verdict["sets"]
    lowest = min(min(row["better half"], row["best fixed weight here"]) for row in rows.values())
    print(f"\n{name}: ours against")
    for one, row in rows.items():
        print(f"  {one:<20}" + "  ".join(f"{k} {v:.3f}" for k, v in row.items()))
    print(
        f"  lowest {lowest:.3f}: {'holds' if lowest >= 0.99 else 'FALLS SHORT of'} 0.99; mean gain "
        f"over {verdict['single']}, the best single weight: {verdict['mean gain over it']:+.1%}"
    )


if __name__ == "__main__":
    main()
