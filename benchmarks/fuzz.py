"""Feeds every connector with broken and hostile inputs; none may end in a traceback.

    python benchmarks/fuzz.py [--inputs 100000] [--seed 1] [--only NAME ...] [--jobs 2]

Inputs are small valid exports, changed in what they mean (values of JSON, rows of tables, tags of
XML, members of archives, files of folders) and in their bytes. One that reaches new lines of a
connector, or makes it say something new, is changed further. Each is read as the product reads
it, and by its own connector whatever it looks like; `fuzzing/check.py` says what must hold: errors
are one clear line, documents are sound and become experiences, nothing is written or left outside,
no link is followed, and it takes less than 10 seconds. The same seed gives the same inputs.

Ends with 1 when anything breaks; the inputs that did it are kept in the folder of `--keep`.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.fuzzing.inputs import Input
from benchmarks.fuzzing.lines import Lines
from benchmarks.fuzzing.mutate import mutated

if TYPE_CHECKING:
    from benchmarks.fuzzing.check import Failure

POOL = 300
"""Inputs of one connector that are changed further."""

_MOST_MEMORY = 3 << 30
"""Bytes after which a process gets no more: what asks for more fails, and is told."""

_HUNG = 60  # seconds after which a process that cannot even be interrupted is ended


@dataclass
class Shard:
    """What one connector did with its inputs."""

    name: str
    inputs: int = 0
    documents: int = 0
    skipped: int = 0
    errors: int = 0
    recognised: int = 0
    kept: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    reached: dict[str, list[int]] = field(default_factory=dict)
    statements: int = 0
    failures: Counter[Failure] = field(default_factory=Counter)
    broken: dict[Failure, Input] = field(default_factory=dict)

    @property
    def own(self) -> int:
        """Statements of the connectors that were reached."""
        return sum(map(len, self.reached.values()))


@dataclass(frozen=True)
class Task:
    """The inputs of one connector."""

    name: str
    inputs: int
    seed: int


_lines = Lines("pipeline.sources")


def begin() -> None:
    """Make a process ready: lines are followed, files are watched."""
    sys.dont_write_bytecode = True
    _lines.follow()
    from benchmarks.fuzzing.check import watch_files

    watch_files()
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    for name in ("phonenumbers", "docx", "odfdo", "openpyxl", "pyarrow.parquet", "feedparser"):
        importlib.import_module(name)  # once, before processes are split off


def fuzz(task: Task) -> Shard:
    """Feed one connector."""
    from benchmarks.fuzzing.check import Failure, check
    from benchmarks.fuzzing.seeds import SEEDS, seeds_of
    from pipeline.sources.registry import connector

    reads = connector(task.name)
    rng = Random(f"{task.seed}/{task.name}")
    seeds = seeds_of(task.name)
    others = [seed for name in SEEDS if name != task.name for seed in seeds_of(name)]
    pool = list(seeds)
    known: set[str] = set()
    shard = Shard(task.name)
    _lines.forget()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        place = _place(Path(folder).resolve())
        while shard.inputs < task.inputs:
            held = (
                seeds[shard.inputs]
                if shard.inputs < len(seeds)
                else _next(pool, seeds, others, rng)
            )
            faulthandler.dump_traceback_later(_HUNG, exit=True)
            told = check(held, reads, place, rng)
            faulthandler.cancel_dump_traceback_later()
            shard.inputs += 1
            if isinstance(told, Failure):
                alike = next(
                    (f for f in shard.broken if (f.kind, f.where) == (told.kind, told.where)), told
                )
                shard.failures[alike] += 1
                shard.broken.setdefault(alike, held)
                continue
            shard.documents += told.documents
            shard.skipped += told.skipped
            shard.errors += told.errors
            shard.recognised += told.recognised
            shard.slowest = max(shard.slowest, told.seconds)
            if (_lines.fresh() or told.words - known) and shard.inputs > len(seeds):
                _keep(pool, held, len(seeds), rng)
            known |= told.words
    shard.kept = len(pool) - len(seeds)
    shard.seconds = time.perf_counter() - began
    shard.reached, shard.statements = _lines.reached(), _lines.all
    return shard


def _place(folder: Path) -> Path:
    for name in ("given", "tmp"):
        (folder / name).mkdir()
    tempfile.tempdir = str(folder / "tmp")
    os.environ["TMPDIR"] = tempfile.tempdir
    os.chdir(folder)
    return folder


def _next(pool: list[Input], seeds: list[Input], others: list[Input], rng: Random) -> Input:
    """A change of a seed, of what was new lately, or of anything else that was new."""
    pick = rng.random()
    if pick < 0.35:
        held = rng.choice(seeds)
    elif pick < 0.65:
        held = pool[-1 - rng.randrange(min(len(pool), 20))]
    else:
        held = rng.choice(pool)
    return mutated(held, others, rng)


def _keep(pool: list[Input], held: Input, first: int, rng: Random) -> None:
    pool.append(held)
    if len(pool) > POOL:
        del pool[rng.randrange(first, len(pool) - 20)]


# --- the command -------------------------------------------------------------------------


def tasks(names: list[str], inputs: int, seed: int) -> list[Task]:
    """The same share for every connector."""
    share = -(-inputs // len(names))
    slow = ("spreadsheet", "word", "opendocument", "pdf", "collection")
    return [Task(name, share, seed) for name in sorted(names, key=lambda name: name not in slow)]


HEAD = (
    f"{'connector':18} {'inputs':>8} {'own':>7} {'documents':>10} {'skipped':>9} {'errors':>8} "
    f"{'kept':>5} {'lines':>6} {'slowest':>8} {'seconds':>8} {'failures':>9}"
)


def row(shard: Shard) -> str:
    """One line of the table; `own` were recognised as the connector's own format."""
    return (
        f"{shard.name:18} {shard.inputs:8,} {shard.recognised:7,} {shard.documents:10,} "
        f"{shard.skipped:9,} {shard.errors:8,} {shard.kept:5,} {shard.own:6,} "
        f"{shard.slowest:7.2f}s {shard.seconds:7.1f}s {sum(shard.failures.values()):9,}"
    )


def total(shards: list[Shard]) -> Shard:
    """All of them together; lines are counted once."""
    made = Shard("all", statements=max((shard.statements for shard in shards), default=0))
    together: dict[str, set[int]] = {}
    for shard in shards:
        for name in ("inputs", "documents", "skipped", "errors", "recognised", "kept", "seconds"):
            setattr(made, name, getattr(made, name) + getattr(shard, name))
        made.slowest = max(made.slowest, shard.slowest)
        made.failures += shard.failures
        for module, numbers in shard.reached.items():
            together.setdefault(module, set()).update(numbers)
    made.reached = {module: sorted(numbers) for module, numbers in together.items()}
    return made


def keep(shard: Shard, folder: Path) -> list[str]:
    """Write the inputs that broke something; tell where, and what they broke."""
    lines: list[str] = []
    for number, (failure, held) in enumerate(shard.broken.items(), 1):
        place = folder / f"{shard.name}-{number}"
        place.mkdir(parents=True, exist_ok=True)
        held.write(place)
        (place / "failure.txt").write_text(failure.detail, errors="replace")
        times = shard.failures[failure]
        lines.append(f"  {failure.kind} {failure.where} ({times:,} x), kept in {place}")
    return lines


def in_json(shards: list[Shard]) -> str:
    """The table for other programs."""
    names = (
        *("name", "inputs", "recognised", "documents", "skipped", "errors", "kept"),
        *("slowest", "seconds"),
    )
    told = [
        {**{name: getattr(shard, name) for name in names}, "lines": shard.own,
         "failures": [[f.kind, f.where, n] for f, n in shard.failures.items()]}
        for shard in shards
    ]  # fmt: skip
    return json.dumps(told, indent=1, ensure_ascii=False)


def main() -> int:
    """Run, print the table, and keep what broke."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="connectors; by default all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    parser.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir()) / "doubleloop-fuzz",
        help="folder for inputs that break something",
    )  # fmt: skip
    given = parser.parse_args()
    begin()
    from benchmarks.fuzzing.seeds import SEEDS
    from pipeline.sources.registry import connectors

    names = [one.name for one in connectors()]
    if missing := [name for name in names if name not in SEEDS]:
        parser.error(f"no seeds for {', '.join(missing)}: add them to benchmarks/fuzzing/seeds.py")
    if unknown := [name for name in given.only or [] if name not in names]:
        parser.error(f"no connector {', '.join(unknown)}; there are {', '.join(names)}")
    shards = _run(tasks(given.only or names, given.inputs, given.seed), given.jobs, given.keep)
    if given.out:
        given.out.write_text(in_json([*shards, total(shards)]), encoding="utf-8")
    broke = any(shard.failures for shard in shards)
    print("Nothing broke." if not broke else f"What broke is kept in {given.keep}.")
    return int(broke)


def _run(todo: list[Task], jobs: int, kept: Path) -> list[Shard]:
    print(HEAD, flush=True)
    shards: list[Shard] = []
    with multiprocessing.get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
        for shard in pool.imap_unordered(fuzz, todo):
            shards.append(shard)
            print("\n".join([row(shard), *keep(shard, kept)]), flush=True)
    shards.sort(key=lambda shard: shard.name)
    every = total(shards)
    print(row(every))
    print(f"{every.own:,} of {every.statements:,} statements in functions were reached.")
    return shards


if __name__ == "__main__":
    sys.exit(main())
