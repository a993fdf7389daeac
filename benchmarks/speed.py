"""Speed beside the bare libraries, both in one run: prints a table, writes JSON.

    python benchmarks/speed.py [SOURCE] [--json FILE] [--problems N]

- import + index against the bare encoder on the very same passages (aim: at least 0.85 of it)
- ask against bare encode + faiss search, problem by problem in turn (aim: at most 1.5 times)
- importing an unchanged source again against the first import (aim: at least 50 times faster)
- peak memory of this process

SOURCE is anything `doubleloop import` reads; the sample community by default. Machines are noisy:
read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer

from pipeline.flow.asking import ask
from pipeline.flow.importing import import_source
from pipeline.flow.indexing import index_community, passage_text
from pipeline.flow.workspace import Workspace
from pipeline.models import model_path
from pipeline.settings import Settings
from pipeline.sources.sample import sample_folder


def timed(function, *args, **named):
    began = time.perf_counter()
    result = function(*args, **named)
    return time.perf_counter() - began, result


def first_import(workspace: Workspace, source: Path) -> None:
    import_source(workspace, source)
    index_community(workspace)


def passage_texts(workspace: Workspace) -> list[str]:
    passages = workspace.store.passages(sorted(workspace.store.passage_ids()))
    experiences = workspace.store.experiences(sorted({p.experience for p in passages.values()}))
    return [passage_text(experiences[p.experience].title, p.text) for p in passages.values()]


def bare_encode(model: SentenceTransformer, texts: list[str]) -> np.ndarray:
    return model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


def problems_of(workspace: Workspace, number: int) -> list[str]:
    """Problems to ask: what some experiences say of their situation, 40 words at most."""
    found = [e.part("situation") or e.text for e in workspace.store.all_experiences(limit=number)]
    return [" ".join(text.split()[:40]) for text in found]


def ask_in_turn(workspace, model, problems, vectors):
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    ours, bare = [], []
    for problem in problems:
        seconds, _ = timed(ask, workspace, problem)
        ours.append(seconds)
        seconds, _ = timed(lambda p=problem: index.search(bare_encode(model, [p]), 10))
        bare.append(seconds)
    return ours, bare


def percentile(values, p):
    return float(np.percentile(values, p))


def measure(source: Path, home: Path, number: int) -> dict:
    settings = Settings(home=home, chat_model="none")
    model = SentenceTransformer(str(model_path("all-MiniLM-L6-v2", settings)))
    with Workspace(settings, "bench", create=True) as workspace:
        workspace.encoder.encode(["warm up"])
        bare_encode(model, ["warm up"])
        first, _ = timed(first_import, workspace, source)
        texts = passage_texts(workspace)
        bare, vectors = timed(bare_encode, model, texts)
        again = statistics.median(timed(first_import, workspace, source)[0] for _ in range(3))
        problems = problems_of(workspace, number)
        ask_in_turn(workspace, model, problems[:5], vectors)
        ours, plain = ask_in_turn(workspace, model, problems, vectors)
    return {
        "source": source.name,
        "passages": len(texts),
        "import_index_seconds": first,
        "bare_encoder_seconds": bare,
        "throughput_of_bare": bare / first,
        "ask_p50_ms": 1000 * percentile(ours, 50),
        "ask_p95_ms": 1000 * percentile(ours, 95),
        "bare_p50_ms": 1000 * percentile(plain, 50),
        "bare_p95_ms": 1000 * percentile(plain, 95),
        "ask_p50_of_bare": percentile(ours, 50) / percentile(plain, 50),
        "ask_p95_of_bare": percentile(ours, 95) / percentile(plain, 95),
        "reimport_seconds": again,
        "reimport_times_faster": first / again,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


AIMS = {
    "throughput_of_bare": (">=", 0.85),
    "ask_p50_of_bare": ("<=", 1.5),
    "ask_p95_of_bare": ("<=", 1.5),
    "reimport_times_faster": (">=", 50),
}


def show(found: dict) -> None:
    for name, value in found.items():
        aim = ""
        if name in AIMS:
            sign, bound = AIMS[name]
            reached = value >= bound if sign == ">=" else value <= bound
            aim = f"aim {sign} {bound}: {'reached' if reached else 'not reached'}"
        written = f"{value:,.3f}" if isinstance(value, float) else str(value)
        print(f"{name:24} {written:>14}  {aim}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", nargs="?", type=Path, default=sample_folder())
    parser.add_argument("--json", type=Path)
    parser.add_argument("--problems", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        found = measure(given.source, Path(home), given.problems)
    show(found)
    if given.json:
        given.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
