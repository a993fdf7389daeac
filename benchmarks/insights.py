"""Statements that speak against each other: do people who agree with one disagree with the other?

    python benchmarks/insights.py FOLDER ... [--show N] [--out FILE]

Each FOLDER holds a Polis export (comments.csv and participants-votes.csv, plain or gzipped). All
pairs of statements that `pipeline.retrieval.against` finds, with no model and no vote read, are
held against the votes: of the people who took a side on both, the share who agreed with one and
disagreed with the other. A pair is borne out when more than half did. The same is counted for
pairs about the same subject that were not found (as many shared words, nothing turned round), for
comparison. Pairs that fewer than five people voted on both of are left out.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.embeddings.tokens import terms
from pipeline.records import Passage
from pipeline.retrieval.against import claims_of, opposed, subject_share

FEWEST = 5
Pair = tuple[str, str]


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8") as lines:
                return list(csv.DictReader(lines))
    raise SystemExit(f"{folder} has no {name}")


def apart(pair: Pair, votes: Sequence[dict[str, str]]) -> tuple[float, int]:
    """Share of those who took a side on both that took opposite ones, and how many they are."""
    sides = [(row.get(pair[0], ""), row.get(pair[1], "")) for row in votes]
    both = [(float(a), float(b)) for a, b in sides if a not in ("", "0") and b not in ("", "0")]
    both = [(a, b) for a, b in both if a and b]
    return (sum(a != b for a, b in both) / len(both) if both else 0.0), len(both)


def found_in(folder: Path) -> tuple[dict[str, str], list[Pair], list[Pair]]:
    """Statements by id, pairs that speak against each other, and those of one subject only."""
    texts = {row["comment-id"]: row["comment-body"] for row in rows(folder, "comments.csv")}
    seen = Counter(stem for text in texts.values() for stem in set(terms(text)))

    def rarity(stems: Sequence[str]) -> list[float]:
        return [math.log(1 + (len(texts) - seen[s] + 0.5) / (seen[s] + 0.5)) for s in stems]

    claims = [c for k, t in texts.items() for c in claims_of(Passage(0, k, t, 0, len(t)))]
    against = {(a.one.experience, a.other.experience): None for a in opposed(claims, rarity)}
    same = {
        (a.experience, b.experience): None
        for a, b in combinations(claims, 2)
        if a.experience != b.experience and subject_share(a, b, rarity)
    }
    taken = {frozenset(pair) for pair in against}
    return texts, list(against), [pair for pair in same if frozenset(pair) not in taken]


def measure(name: str, pairs: Iterable[Pair], votes: Sequence[dict[str, str]]) -> dict[str, Any]:
    shares = [share for share, people in (apart(pair, votes) for pair in pairs) if people >= FEWEST]
    return {
        "pairs": name,
        "number": len(shares),
        "borne out": sum(share > 0.5 for share in shares) / len(shares) if shares else None,
        "apart": statistics.mean(shares) if shares else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    results = []
    print("| conversation | pairs | number | borne out | took opposite sides |")
    print("|---|---|---|---|---|")
    for folder in given.folders:
        texts, against, same = found_in(folder)
        votes = rows(folder, "participants-votes.csv")
        for name, pairs in (("against each other", against), ("same subject", same)):
            row = {"conversation": folder.name, **measure(name, pairs, votes)}
            results.append(row)
            told = [f"{row[k]:.2f}" if row["number"] else "-" for k in ("borne out", "apart")]
            print(
                f"| {folder.name} | {name} | {row['number']} | {told[0]} | {told[1]} |", flush=True
            )
        for pair in against[: given.show]:
            share, people = apart(pair, votes)
            print(f"  {share:.2f} of {people}: {texts[pair[0]]}\n      against: {texts[pair[1]]}")
    for name in ("against each other", "same subject"):
        rows_of = [r for r in results if r["pairs"] == name and r["number"]]
        number = sum(r["number"] for r in rows_of)
        for key in ("borne out", "apart"):
            mean = sum(r[key] * r["number"] for r in rows_of) / max(number, 1)
            print(f"all, {name}: {key} {mean:.2f} of {number}")
    if given.out:
        given.out.write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
