"""Counter-experiences: how many planted opposites are found, and how often one is shown in vain.

    python benchmarks/counter.py [--with FILE_OR_FOLDER ...] [--off-topic FILE] [--home FOLDER]
                                 [--encoder auto|words] [--part held|train] [--alike N ...]
                                 [--show N] [--out FILE]

The sample community holds pairs that were labelled by hand as contradicting each other; --with
mixes in other exports, so that the pairs are planted among what has nothing to do with them.
Every pair is told from both sides, by the situation of one (or by its title alone); it is found
when the other is among the first ten counter-experiences. Pairs of four fields (aviation,
education, public policy, spaceflight) were there to choose parameters by (--part train); the
figures are of pairs of the other four, which had no part in it.

False alarms are problems for which a counter-experience is shown although nothing opposite can
be there: questions about something else altogether (--off-topic, JSON lines with "text"), and
experiences of the exports mixed in, told as problems, whose neighbours have no outcome on record.
A third, harder count takes the opposite away: for each pair, all experiences of its field with
the opposite outcome and all that are labelled as contradicting it are left out, and what is
still shown is a false alarm unless its own two are labelled as contradicting each other. Each
share is given for all that is shown and for those alone that are marked as clear.

Labels are not complete: what is shown and not labelled may still be a contradiction, so that the
precision printed is the least that it can be. Milliseconds are of computing, not of waiting, so
that other work on the machine does not count. `--alike` tries other values of that limit.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from pipeline.documents.sentences import sentences
from pipeline.embeddings.base import Encoder, Vectors
from pipeline.embeddings.embed import embed
from pipeline.flow.asking import reader
from pipeline.flow.importing import import_source
from pipeline.flow.indexing import index_community
from pipeline.flow.workspace import Workspace
from pipeline.records import Experience, Related, Where
from pipeline.retrieval import counter_experiences, search
from pipeline.retrieval.limits import Limits, limits_of
from pipeline.retrieval.why import Teller
from pipeline.settings import Settings
from pipeline.sources.sample import sample_folder, sample_pairs

SAMPLE = "sample"
TRAIN = ("aviation", "education", "public policy", "spaceflight")
FIRST = 10
TOLD = ("situation", "situation, within one field", "title", "title, within one field")
CONTROLS = 100
TURNED = {"worked": ("failed", "partly"), "failed": ("worked", "partly"),
          "partly": ("worked", "failed")}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A problem told by one side of a pair; `other` is what should be found."""

    side: Experience
    other: Experience


class Cached:
    """An encoder whose vectors are kept, so that a second run only searches."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        inner = workspace.encoder
        self.id, self.revision, self.dimension = inner.id, inner.revision, inner.dimension
        self.max_tokens, self.normalised = inner.max_tokens, inner.normalised

    def encode(self, texts: Sequence[str]) -> Vectors:
        return embed(texts, self._workspace.encoder, cache=self._workspace.cache).vectors


class Bench:
    def __init__(self, workspace: Workspace, limits: Limits) -> None:
        self.workspace = workspace
        self.limits = limits
        self.encoder: Encoder = Cached(workspace)
        self.read = reader(workspace)
        self.milliseconds: list[float] = []
        self.why_milliseconds: list[float] = []
        ours = list(workspace.store.all_experiences(limit=10**6))
        self.sample = {e.document: e for e in ours if e.source == SAMPLE}
        self.others = [e for e in ours if e.source != SAMPLE]
        self.labels: set[frozenset[str]] = set()
        for pair in sample_pairs():
            if pair.relation == "contradicts":
                self.labels.add(frozenset((self.sample[pair.a].id, self.sample[pair.b].id)))

    def counters(self, problem: str, where: Where = Where()) -> tuple[Related, ...]:  # noqa: B008
        found = search(
            problem, index=self.workspace.index, encoder=self.encoder, read=self.read, where=where
        )
        began = time.process_time()
        counters = counter_experiences(found, most=FIRST, limits=self.limits)
        self.milliseconds.append(1000 * (time.process_time() - began))
        began = time.process_time()
        teller = Teller(problem, self.workspace.index)
        for related in found.related:
            teller.why(related.experience, related.passages)
        if found.related:
            spent = 1000 * (time.process_time() - began)
            self.why_milliseconds.append(spent / len(found.related))
        return counters

    def told(self, part: str) -> list[Told]:
        """Both tellings of every pair whose two fields belong to a part."""
        found = []
        for pair in sample_pairs():
            a, b = self.sample[pair.a], self.sample[pair.b]
            inside = {(e.discipline in TRAIN) for e in (a, b)}
            if pair.relation == "contradicts" and inside == {part == "train"}:
                found += [Told(a, b), Told(b, a)]
        return found

    def labelled(self, *ids: str) -> bool:
        return frozenset(ids) in self.labels

    def opposites(self, side: Experience) -> tuple[str, ...]:
        """What is taken away for the harder count."""
        turned = TURNED.get(side.status, ())
        return tuple(
            e.id
            for e in self.sample.values()
            if (e.discipline == side.discipline and e.status in turned)
            or self.labelled(e.id, side.id)
        )

    def neighbours(self, part: str) -> list[str]:
        """Experiences that were mixed in, told by their first sentences, as many for each part."""
        chosen = [e for e in self.others if _half(e.title) == part]
        chosen.sort(key=lambda e: zlib.crc32(e.text.encode()))
        return [_opening(e) for e in chosen[:CONTROLS]]


def _half(text: str) -> str:
    return "train" if zlib.crc32(text.encode()) % 2 else "held"


def _opening(experience: Experience) -> str:
    spans = sentences(experience.text[:2000])[:2]
    told = experience.text[spans[0][0] : spans[-1][1]] if spans else ""
    return f"{experience.title}. {told}"


def off_topic(file: Path, part: str) -> list[str]:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = sorted({row["text"] for row in rows if _half(row["text"]) == part})
    texts.sort(key=lambda text: zlib.crc32(text.encode()))
    return texts[:CONTROLS]


def measure(bench: Bench, part: str, strangers: Sequence[str]) -> dict[str, Any]:
    told = bench.told(part)
    result: dict[str, Any] = {"part": part, "alike": bench.limits.alike, "pairs": len(told) // 2}
    for name in ("situation", "title"):
        result[name] = _recall(bench, told, name)
        within = [t for t in told if t.side.discipline == t.other.discipline]
        result[f"{name}, within one field"] = _recall(bench, within, name)
    taken = [
        [c for c in found if c.contrast and not bench.labelled(c.experience.id, c.contrast.against)]
        for found in (
            bench.counters(t.side.part("situation"), Where(not_ids=bench.opposites(t.side)))
            for t in told
        )
    ]
    elsewhere = [bench.counters(p) for p in strangers]
    neighbours = [bench.counters(p) for p in bench.neighbours(part)]
    result["false alarms"] = {
        "about something else": _alarms(elsewhere),
        "neighbours without outcomes": _alarms(neighbours),
        "both of these": _alarms([*elsewhere, *neighbours]),
        "opposite taken away": _alarms(taken),
    }
    result["why_ms"] = statistics.median(bench.why_milliseconds)
    result["ms_p50"] = statistics.median(bench.milliseconds)
    result["ms_p95"] = statistics.quantiles(bench.milliseconds, n=20)[-1]
    return result


def _recall(bench: Bench, told: Sequence[Told], name: str) -> dict[str, Any]:
    ranks: list[int] = []
    clear = 0
    by_kind: dict[str, list[bool]] = defaultdict(list)
    shown = first_three = right = right_three = 0
    kinds: Counter[str] = Counter()
    for t in told:
        found = bench.counters(t.side.part("situation") if name == "situation" else t.side.title)
        ids = [c.experience.id for c in found]
        rank = ids.index(t.other.id) + 1 if t.other.id in ids else 0
        ranks.append(rank)
        clear += any(
            c.experience.id == t.other.id and c.contrast.clear for c in found if c.contrast
        )
        by_kind[" / ".join(sorted((t.side.status, t.other.status)))].append(rank > 0)
        kinds.update(c.contrast.kind for c in found if c.contrast)
        good = [
            bench.labelled(c.experience.id, t.side.id)
            or bool(c.contrast and bench.labelled(c.experience.id, c.contrast.against))
            for c in found
        ]
        shown, right = shown + len(good), right + sum(good)
        first_three, right_three = first_three + len(good[:3]), right_three + sum(good[:3])
    return {
        "problems": len(ranks),
        "R@1": sum(r == 1 for r in ranks) / len(ranks),
        "R@3": sum(0 < r <= 3 for r in ranks) / len(ranks),
        "R@10": sum(r > 0 for r in ranks) / len(ranks),
        "R@10, clear": clear / len(ranks),
        "shown each": shown / len(ranks),
        "labelled of all shown": right / max(shown, 1),
        "labelled of the first three": right_three / max(first_three, 1),
        "by outcomes": {
            kind: {"found": sum(hits), "of": len(hits)} for kind, hits in sorted(by_kind.items())
        },
        "shown by kind": dict(kinds),
    }


def _alarms(shown: Sequence[Sequence[Related]]) -> dict[str, Any]:
    if not shown:
        return {"problems": 0, "share": None, "clear": None}
    clear = [any(c.contrast and c.contrast.clear for c in found) for found in shown]
    return {
        "problems": len(shown),
        "share": sum(map(bool, shown)) / len(shown),
        "clear": sum(clear) / len(shown),
    }


def tell(result: dict[str, Any]) -> None:
    print(
        f"\n{result['pairs']} pairs ({result['part']}), alike {result['alike']:.2f}, "
        f"{result['ms_p50']:.0f} ms a problem (p95 {result['ms_p95']:.0f}), "
        f"why: {result['why_ms']:.2f} ms an experience"
    )
    print("| told by | problems | R@1 | R@3 | R@10 | clear | shown | labelled | of first three |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in TOLD:
        row = result[name]
        print(
            f"| {name} | {row['problems']} | {row['R@1']:.2f} | {row['R@3']:.2f} "
            f"| {row['R@10']:.2f} | {row['R@10, clear']:.2f} | {row['shown each']:.1f} "
            f"| {row['labelled of all shown']:.2f} "
            f"| {row['labelled of the first three']:.2f} |"
        )
    print("\n| false alarms | problems | any shown | a clear one |\n|---|---|---|---|")
    for name, row in result["false alarms"].items():
        told = [f"{row[k]:.2f}" if row["problems"] else "not asked" for k in ("share", "clear")]
        print(f"| {name} | {row['problems']} | {told[0]} | {told[1]} |")
    print("\nFound by outcomes of the two (told by the situation):")
    for kind, row in result["situation"]["by outcomes"].items():
        print(f"  {kind}: {row['found']} of {row['of']}")
    print("Shown by kind:", result["situation"]["shown by kind"], flush=True)


def show(bench: Bench, part: str, number: int) -> None:
    for t in bench.told(part)[:number]:
        print(f"\n== {t.side.title} ({t.side.status})  labelled: {t.other.title}")
        for c in bench.counters(t.side.part("situation"))[:3]:
            contrast = c.contrast
            print(f" - {c.experience.title} [{c.experience.status}] {c.why.difference}")
            for d in contrast.differs if contrast else ():
                print(f"     {d.facet}: {d.here} | {d.there}")
            for q in contrast.words if contrast else ():
                print(f"     {q.stance}: “{q.text}”")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--with", dest="others", type=Path, nargs="*", default=[])
    parser.add_argument("--format", default="auto", help="format of what is mixed in")
    parser.add_argument("--map", nargs="*", default=[], help="column=field, as in import")
    parser.add_argument("--off-topic", type=Path)
    parser.add_argument("--home", type=Path, help="data folder whose embedding cache is used")
    parser.add_argument("--encoder", default="auto")
    parser.add_argument("--part", choices=("held", "train"), default="held")
    parser.add_argument("--alike", type=float, nargs="*", default=[])
    parser.add_argument("--counter", type=float, help="another limit of nearness")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    home = given.home or Settings().home
    with tempfile.TemporaryDirectory(prefix="doubleloop-counter-") as folder:
        settings = Settings(home=Path(folder), encoder=given.encoder, chat_model="none")
        with Workspace(settings, "mixed", create=True, cache_home=home) as workspace:
            import_source(workspace, sample_folder(), format="jsonl", source=SAMPLE)
            fields = dict(pair.split("=", 1) for pair in given.map)
            for number, path in enumerate(given.others):
                import_source(
                    workspace, path, format=given.format, source=f"mixed-{number}",
                    mapping=fields or None,
                )  # fmt: skip
            index_community(workspace)
            limits = limits_of(workspace.encoder.id)
            if given.counter is not None:
                limits = replace(limits, counter=given.counter)
            bench = Bench(workspace, limits)
            print(
                f"{len(bench.sample)} experiences of the sample among {len(bench.others)} others; "
                f"encoder {workspace.encoder.id}"
            )
            strangers = off_topic(given.off_topic, given.part) if given.off_topic else []
            results = []
            for alike in given.alike or [limits.alike]:
                bench.limits, bench.milliseconds = replace(limits, alike=alike), []
                results.append(measure(bench, given.part, strangers))
                tell(results[-1])
            show(bench, given.part, given.show)
    if given.out:
        given.out.write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
