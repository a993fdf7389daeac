"""Other retrieval libraries beside doubleloop: same texts, same weights, same machine, one run.

    python benchmarks/peers.py DATA --environment DIR [--install] [--rounds N] [--out FILE]

DATA holds the test collections (folders in BEIR layout); `--set FOLDER:SPLIT` names others than
the two that are measured by default. The other libraries live in an environment of their own,
which `--install` makes. Each measurement is a fresh process with nothing cached, one at a time;
rounds go through the libraries forwards and backwards in turn. Ratios are to doubleloop's whole
answer (`ask`) in the same round. Ends with 1 when ours is behind somewhere, or a library failed.

- ingest: texts in memory and the encoder loaded, to searchable and saved on disk; ours reads its
  files inside that time
- query: every query once, after three that do not count
- nDCG@10 on the judged queries of the split; queries without a relevant document are left out
- peak: the most memory the process ever held, with libraries and encoder
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from rich.console import Console
from rich.table import Table

from benchmarks.peers.collection import Collection, Qrels, load
from benchmarks.peers.environment import install, python_of
from benchmarks.peers.report import (
    BESIDE,
    COLUMNS,
    Measured,
    Row,
    percentiles,
    rows,
    verdicts,
)
from benchmarks.peers.worker import LIBRARIES
from pipeline.models import model_path
from pipeline.retrieval.measure import measure
from pipeline.settings import Settings

SETS = ("retrieval_cacm:test", "retrieval_semeval2016_qatarliving:dev")
WORKER = Path(__file__).resolve().parent / "peers" / "worker.py"
ENCODER = "all-MiniLM-L6-v2"
K = 10
AS_THEY_ARE = ("ingest_s", "ingest_cpu_s", "query_cpu_ms", "peak_mb")


@dataclass
class Findings:
    """What came out so far."""

    measured: list[Measured] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def tables(self) -> dict[str, list[Row]]:
        names = dict.fromkeys(one.collection for one in self.measured)
        return {name: rows([m for m in self.measured if m.collection == name]) for name in names}


def main() -> None:
    given = arguments()
    if given.install:
        install(given.environment)
    if not python_of(given.environment).exists():
        raise SystemExit(f"{given.environment} is no environment; make it with --install.")
    model = given.model or model_path(ENCODER, Settings())
    console = Console(width=max(140, Console().width))
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {given.threads} threads")
    found = Findings()
    for wanted in given.set or SETS:
        folder, _, split = wanted.partition(":")
        collection = load(given.data / folder, split or "test", limit=given.limit)
        for number, library in turns(given.rounds, given.only or list(LIBRARIES)):
            console.print(f"{collection.name}, round {number}: {library} …")
            take(found, run(library, collection, model, given), collection, number, library)
            if given.out:
                write(given.out, found, given)
    for name, table in found.tables().items():
        console.print(shown(name, table))
        for verdict in verdicts(table):
            console.print(f"  {verdict}")
    for failure in found.failed:
        console.print(f"FAILED: {failure}")
    judged = [verdict for table in found.tables().values() for verdict in verdicts(table)]
    raise SystemExit(1 if found.failed or any(not one.ahead for one in judged) else 0)


def turns(rounds: int, libraries: list[str]) -> list[tuple[int, str]]:
    """Round and library, forwards in odd rounds and backwards in even ones."""
    return [
        (number, library)
        for number in range(1, rounds + 1)
        for library in (libraries if number % 2 else libraries[::-1])
    ]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--environment", type=Path, required=True, metavar="DIR")
    parser.add_argument("--install", action="store_true", help="install the other libraries first")
    parser.add_argument("--set", action="append", metavar="FOLDER:SPLIT")
    parser.add_argument("--only", nargs="+", choices=list(LIBRARIES), metavar="LIBRARY")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--limit", type=int, help="that many documents only, for a quick look")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--model", type=Path, help="folder of the encoder, the same for everyone")
    parser.add_argument("--out", type=Path, metavar="FILE")
    given = parser.parse_args()
    if given.only and "doubleloop" not in given.only:
        given.only.insert(0, "doubleloop")
    return given


def run(
    library: str, collection: Collection, model: Path, given: argparse.Namespace
) -> dict[str, Any] | None:
    """Measure one library in a process and a folder of its own; None when it failed, and why."""
    own = Path(sys.executable) if library == "doubleloop" else python_of(given.environment)
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        folder = Path(name)
        collection.write(folder / "set")
        (folder / "scratch").mkdir()
        out = folder / "found.json"
        where = [str(folder / "set"), str(folder / "scratch"), str(model.absolute())]
        ended = subprocess.run(
            [str(own), str(WORKER), library, *where, str(K), str(out)],
            env=surroundings(given.threads),
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode or not out.is_file():
            print(ended.stderr[-2000:], file=sys.stderr)
            return None
        report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return report


def surroundings(threads: int) -> dict[str, str]:
    """The same for everyone: threads, no network, no telemetry, nobody's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DOUBLELOOP_")}
    return kept | {
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "LANGSMITH_TRACING": "false",
    }


def take(
    found: Findings,
    report: dict[str, Any] | None,
    collection: Collection,
    number: int,
    library: str,
) -> None:
    """Add what a worker reported, one measurement for each way of searching."""
    if report is None:
        found.failed.append(f"{library} on {collection.name}, round {number}")
        return
    found.versions |= report["versions"]
    for stage in report["stages"]:
        figures = {key: float(stage[key]) for key in AS_THEY_ARE}
        figures |= percentiles(stage["query_ms"])
        figures["ndcg"] = ndcg(stage["run"], collection.qrels)
        name = library.partition("-")[0]
        found.measured.append(Measured(collection.name, number, name, stage["label"], figures))


def ndcg(run: dict[str, list[str]], qrels: Qrels) -> float:
    """nDCG@10 of rankings; the place in the list is the score."""
    scored = {
        query: {id_: float(len(ids) - place) for place, id_ in enumerate(ids)}
        for query, ids in run.items()
    }
    return measure(scored, qrels)[0]["nDCG@10"]


def shown(name: str, table: list[Row]) -> Table:
    columns = (*COLUMNS, *BESIDE)
    made = Table(title=f"{name} (ratio to ours)", title_justify="left")
    made.add_column("library")
    for column in columns:
        made.add_column(column.title, justify="right")
    for row in table:
        cells = [
            f"{row.figures[c.key]:.{c.digits}f} ({row.ratios.get(c.key, float('nan')):.2f})"
            for c in columns
        ]
        made.add_row(f"{row.library}, {row.label}", *cells)
    return made


def write(out: Path, found: Findings, given: argparse.Namespace) -> None:
    report = {
        "schema": 1,
        "encoder": ENCODER,
        "cores": os.cpu_count(),
        "threads": given.threads,
        "python": platform.python_version(),
        "versions": found.versions,
        "failed": found.failed,
        "tables": {name: [asdict(row) for row in rows_] for name, rows_ in found.tables().items()},
        "measured": [asdict(one) for one in found.measured],
    }
    out.write_text(json.dumps(report, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
