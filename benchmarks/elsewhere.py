"""Does a problem find the same pattern in another field?

    python benchmarks/elsewhere.py [--encoder auto|words] [--part choosing|reporting|all]
                                   [--told situation|title] [--out FILE]
    python benchmarks/elsewhere.py --time COMMUNITY

The sample community names pairs of experiences in which the same happened in two fields. The
problem is the situation of one of a pair (with --told title: its title first); its own
experience is left out; found is the pair when the other one is among the first ten. The pairs
are parted by pattern: pairs that hang together through a shared experience stay on one side.
Parameters were chosen on the largest such group ("choosing"); the others are what is reported.
The community is made anew in a temporary folder; vectors are cached in DOUBLELOOP_HOME.

With --time, a community of DOUBLELOOP_HOME is copied, its experiences are dealt out to eight
fields by chance, and the time that the second list adds to a problem is measured.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from asking_sets import Remembering
from rich.console import Console
from rich.table import Table

from pipeline.flow.asking import reader
from pipeline.flow.demo import SAMPLE
from pipeline.flow.workspace import Workspace
from pipeline.index.base import RowChange
from pipeline.index.registry import open_index
from pipeline.records import Experience, Where
from pipeline.retrieval.candidates import Candidates
from pipeline.retrieval.elsewhere import elsewhere, field_of, rank_elsewhere
from pipeline.retrieval.masking import Fields, learn_fields
from pipeline.retrieval.search import rank, search
from pipeline.settings import Settings, load_settings
from pipeline.sources.sample import SamplePair, sample_pairs

FIRST = 10
DEEP = 400  # more than there are passages: nothing is cut off


@dataclass(frozen=True)
class Asking:
    """One problem with the experience that it should find."""

    problem: str
    field: str
    own: str
    other: str


def parts(pairs: Sequence[SamplePair]) -> dict[str, list[SamplePair]]:
    """Pairs by group: the largest group of pairs that hang together, and all others."""
    head: dict[str, str] = {}

    def root(name: str) -> str:
        while head.setdefault(name, name) != name:
            name = head[name]
        return name

    for pair in pairs:
        head[root(pair.a)] = root(pair.b)
    groups = Counter(root(pair.a) for pair in pairs)
    largest = max(groups, key=lambda name: (groups[name], name))
    chosen = [pair for pair in pairs if root(pair.a) == largest]
    return {"choosing": chosen, "reporting": [pair for pair in pairs if pair not in chosen]}


def askings(pairs: Sequence[SamplePair], known: dict[str, Experience], told: str) -> list[Asking]:
    """Each pair asked from either side."""
    found = []
    for pair in pairs:
        for one, other in ((pair.a, pair.b), (pair.b, pair.a)):
            experience = known[one]
            problem = experience.part("situation") or experience.text
            if told == "title":
                problem = f"{experience.title}\n{problem}"
            found.append(
                Asking(problem, experience.discipline or "", experience.id, known[other].id)
            )
    return found


def measured(workspace: Workspace, given: Sequence[Asking], fields: Fields) -> list[dict[str, Any]]:
    """One row for each way of searching."""
    index, read = workspace.index, reader(workspace)
    encoder = Remembering(workspace.encoder, workspace.cache)

    def where(asking: Asking, *, other_fields: bool) -> Where:
        own = Where(not_ids=(asking.own,))
        if not other_fields:
            return own
        number = fields.number(asking.field)
        return fields.narrowed(own, to=set(range(len(fields.names))) - {number})

    def dense(asking: Asking, *, other_fields: bool) -> list[str]:
        vector = encoder.encode([asking.problem])[0]
        hits = index.search(
            vector, None, where=where(asking, other_fields=other_fields), k=DEEP, mode="dense"
        )
        return list(dict.fromkeys(hit.experience for hit in hits))

    def product(asking: Asking, *, other_fields: bool) -> list[str]:
        ranked = rank(
            asking.problem, index=index, encoder=encoder, read=read, k=100,
            where=where(asking, other_fields=other_fields),
        )  # fmt: skip
        return [name for name, _ in ranked]

    def found(asking: Asking) -> Candidates:
        return search(
            asking.problem, index=index, encoder=encoder, read=read,
            where=Where(not_ids=(asking.own,)),
        )  # fmt: skip

    def masked(asking: Asking, *, guess: bool) -> list[str]:
        candidates = found(asking)
        own = asking.field
        if guess:
            number = field_of(candidates, fields)
            own = fields.names[number] if number is not None else ""
        began = time.perf_counter()
        ranked = rank_elsewhere(candidates, encoder=encoder, fields=fields, own=own)
        added.append(1000 * (time.perf_counter() - began))
        return [name for name, _ in ranked]

    added: list[float] = []
    ways: dict[str, Callable[[Asking], list[str]]] = {
        "meaning alone, all fields": lambda a: dense(a, other_fields=False),
        "search, all fields": lambda a: product(a, other_fields=False),
        "meaning alone, other fields": lambda a: dense(a, other_fields=True),
        "search, other fields": lambda a: product(a, other_fields=True),
        "masked, field given": lambda a: masked(a, guess=False),
        "masked, field guessed": lambda a: masked(a, guess=True),
    }
    rows = []
    for name, way in ways.items():
        ranks = []
        for asking in given:
            order = way(asking)
            ranks.append(order.index(asking.other) + 1 if asking.other in order else None)
        hits = [place is not None and place <= FIRST for place in ranks]
        rows.append(
            {
                "way": name,
                "asked": len(ranks),
                "recall@10": sum(hits) / len(hits),
                "MRR": sum(1 / place for place in ranks if place) / len(ranks),
            }
        )
    rows[-1]["added_ms_median"] = statistics.median(added)
    return rows


DEALT = tuple(f"field {number}" for number in range(8))
TIMED = 40


def dealt(experience: str) -> str:
    """A field by chance, the same at every call."""
    return DEALT[zlib.crc32(experience.encode()) % len(DEALT)]


def timed(settings: Settings, community: str) -> None:
    """Print what the second list adds to a problem in a large community, in processor time."""
    with Workspace(settings, community) as workspace, tempfile.TemporaryDirectory() as scratch:
        workspace.index.snapshot(Path(scratch) / "index")
        index = open_index(Path(scratch) / "index", workspace.encoder)
        index.update_rows(
            [RowChange(name, discipline=dealt(name)) for name in workspace.store.ids()]
        )
        plain = reader(workspace)

        def experiences(names: Sequence[str]) -> dict[str, Experience]:
            there = plain.experiences(names)
            return {name: replace(one, discipline=dealt(name)) for name, one in there.items()}

        read = replace(plain, experiences=experiences)
        began = time.process_time()
        fields = learn_fields(index, read, disciplines=dict.fromkeys(DEALT, 1))
        learning = time.process_time() - began
        spent: dict[str, list[float]] = {"encode": [], "ask": [], "elsewhere": []}
        for one in workspace.store.all_experiences(limit=TIMED):
            problem = f"{one.title}. {one.text}"[:250]
            began = time.process_time()
            workspace.encoder.encode([problem])
            encoded = time.process_time()
            found = search(problem, index=index, encoder=workspace.encoder, read=read)
            asked = time.process_time()
            elsewhere(found, encoder=workspace.encoder, fields=fields, own=DEALT[0])
            done = time.process_time()
            for name, seconds in zip(
                spent, (encoded - began, asked - encoded, done - asked), strict=True
            ):
                spent[name].append(1000 * seconds)
        print(
            f"{index.count()} passages; fields learned once in {1000 * learning:.0f} ms (processor)"
        )
        for name, took in spent.items():
            print(f"{name}: median {statistics.median(took):.1f} ms, fastest {min(took):.1f} ms")
        index.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--part", choices=("choosing", "reporting", "all"), default="reporting")
    parser.add_argument("--told", choices=("situation", "title"), nargs="+",
                        default=["situation", "title"])  # fmt: skip
    parser.add_argument("--time", metavar="COMMUNITY")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    if given.time:
        timed(load_settings(encoder=given.encoder), given.time)
        return
    pairs = [pair for pair in sample_pairs() if pair.relation == "same pattern"]
    by_part = {**parts(pairs), "all": pairs}
    settings = load_settings(encoder=given.encoder)
    answer: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="doubleloop-") as scratch:
        inside = settings.model_copy(update={"home": Path(scratch), "models_dir": settings.models})
        fill(inside, settings.home)
        with Workspace(inside, SAMPLE, cache_home=settings.home) as workspace:
            known = by_key(workspace)
            fields = learn_fields(
                workspace.index,
                reader(workspace),
                disciplines=workspace.store.facets().disciplines,
            )
            for told in given.told:
                rows = measured(workspace, askings(by_part[given.part], known, told), fields)
                answer += [{"told": told, "part": given.part, **row} for row in rows]
            made_with = workspace.encoder.id
    show(answer, f"{made_with}, {len(by_part[given.part])} pairs ({given.part})")
    if given.out:
        given.out.write_text(json.dumps(answer, indent=2), encoding="utf-8")


def fill(settings: Settings, cache_home: Path) -> None:
    """Make the sample community, with vectors from the cache where it has them."""
    from pipeline.flow.importing import import_source
    from pipeline.flow.indexing import index_community
    from pipeline.sources.sample import sample_folder

    with Workspace(settings, SAMPLE, create=True, cache_home=cache_home) as workspace:
        import_source(workspace, sample_folder(), format="jsonl", source=SAMPLE)
        index_community(workspace)


def by_key(workspace: Workspace) -> dict[str, Experience]:
    """Experiences by their ids in the sample's files."""
    ids = workspace.store.keys(SAMPLE)
    there = workspace.store.experiences(list(ids.values()))
    return {key: there[id_] for key, id_ in ids.items()}


def show(rows: Sequence[dict[str, Any]], title: str) -> None:
    table = Table(title=title)
    for name in ("told by", "way", "asked", "recall@10", "MRR", "added ms"):
        table.add_column(name)
    for row in rows:
        added = f"{row['added_ms_median']:.0f}" if "added_ms_median" in row else ""
        table.add_row(
            row["told"], row["way"], str(row["asked"]), f"{row['recall@10']:.3f}",
            f"{row['MRR']:.3f}", added,
        )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main()
