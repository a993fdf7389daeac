"""Measures one library in a process of its own and writes what it found as JSON.

python worker.py LIBRARY FOLDER SCRATCH MODEL K OUT
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.peers.job import Job, Search, read_job

LIBRARIES: dict[str, tuple[str, str, str]] = {
    "doubleloop": ("ours", "prepare", "stages"),
    "txtai": ("with_txtai", "prepare", "stages"),
    "txtai-hybrid": ("with_txtai", "prepare_hybrid", "stages"),
    "LlamaIndex": ("with_llama_index", "prepare", "stages"),
    "Haystack": ("with_haystack", "prepare", "stages"),
    "Haystack-faiss": ("with_haystack", "prepare", "stages_faiss"),
    "LangChain": ("with_langchain", "prepare", "stages"),
}
"""Each is a process: the module, what loads its encoder, what ingests and searches."""

WARM_UP = 3  # queries asked before the clock runs


def measure(stages: Iterator[tuple[str, Search]], job: Job) -> list[dict[str, Any]]:
    """Figures of every stage. Ingest adds up: a later stage builds on the earlier ones."""
    found = []
    ingest = ingest_cpu = 0.0
    while True:
        (seconds, cpu), stage = timed(lambda: next(stages, None))
        if stage is None:
            return found
        ingest, ingest_cpu = ingest + seconds, ingest_cpu + cpu
        label, search = stage
        for _, text in job.documents[:WARM_UP]:
            search(text)
        run, took, spent = {}, [], 0.0
        for id_, text in job.queries:
            (seconds, cpu), ids = timed(lambda query=text, find=search: find(query))
            run[id_] = ids
            took.append(1000 * seconds)
            spent += cpu
        found.append(
            {
                "label": label,
                "ingest_s": ingest,
                "ingest_cpu_s": ingest_cpu,
                "query_ms": took,
                "query_cpu_ms": 1000 * spent / max(1, len(took)),
                "peak_mb": peak_megabytes(),
                "run": run,
            }
        )


def timed(function: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """Seconds on the clock and seconds of processor time of a call, and what it gave."""
    began, cpu = time.perf_counter(), time.process_time()
    result = function()
    return (time.perf_counter() - began, time.process_time() - cpu), result


def peak_megabytes() -> float:
    """The most memory this process held. Not getrusage, which starts with the parent's."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("This system does not tell the peak memory of a process.")


def main() -> None:
    library, folder, scratch, model, k, out = sys.argv[1:]
    job = read_job(Path(folder), Path(scratch), Path(model), int(k))
    name, prepare, stages = LIBRARIES[library]

    def loaded() -> tuple[Any, Any]:
        module: Any = importlib.import_module(f"benchmarks.peers.{name}")
        return module, getattr(module, prepare)(job)

    (load, _), (module, ready) = timed(loaded)
    found = measure(getattr(module, stages)(ready, job), job)
    report = {
        "library": library,
        "versions": {package: version(package) for package in module.PACKAGES},
        "load_s": load,
        "stages": found,
    }
    Path(out).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()
