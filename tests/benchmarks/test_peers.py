"""The benchmark beside other libraries: its arithmetic, its test collections, its worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.peers.collection import cut, load  # noqa: E402
from benchmarks.peers.job import first, joined, read_job  # noqa: E402
from benchmarks.peers.report import (  # noqa: E402
    BESIDE,
    COLUMNS,
    OURS,
    Measured,
    percentiles,
    rows,
    verdicts,
)
from benchmarks.peers.worker import measure  # noqa: E402


def measured(
    system: tuple[str, str], number: int = 1, other: float = 1.0, **figures: float
) -> Measured:
    every = {column.key: other for column in (*COLUMNS, *BESIDE)}
    return Measured("set", number, *system, every | figures)


PEER = ("Peer", "dense")


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "fires"
    (folder / "qrels").mkdir(parents=True)
    texts = {"a": "The pump froze at night.", "b": "Crews met at dawn.", "c": "A road was closed."}
    lines = [json.dumps({"_id": id_, "title": "", "text": text}) for id_, text in texts.items()]
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    queries = [{"_id": "q1", "text": "frozen pump"}, {"_id": "q2", "text": "not judged"}]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("query\tdocument\tgrade\nq1\ta\t1\n", "utf-8")
    return folder


def test_ratios_are_taken_within_a_round_so_that_a_slow_round_changes_none() -> None:
    found = [
        measured(OURS, 1, ingest_s=10.0),
        measured(PEER, 1, ingest_s=20.0),
        measured(OURS, 2, ingest_s=100.0),
        measured(PEER, 2, ingest_s=200.0),
    ]
    assert [row.ratios["ingest_s"] for row in rows(found)] == [1.0, 2.0]


def test_a_verdict_names_the_best_other_library_of_each_column() -> None:
    found = [
        measured(OURS, p50_ms=10.0, ndcg=0.5),
        measured(PEER, p50_ms=30.0, ndcg=0.6),
        measured(("Peer", "hybrid"), p50_ms=20.0, ndcg=0.4),
    ]
    told = {verdict.column.key: verdict for verdict in verdicts(rows(found))}
    assert (told["p50_ms"].peer, told["p50_ms"].ahead) == ("Peer, hybrid", True)
    assert (told["ndcg"].peer, told["ndcg"].ahead) == ("Peer, dense", False)
    assert "BEHIND" in str(told["ndcg"])


def test_a_tie_is_not_ahead() -> None:
    assert not any(one.ahead for one in verdicts(rows([measured(OURS), measured(PEER)])))


def test_the_ranking_alone_never_stands_in_for_our_whole_answer() -> None:
    found = [
        measured(OURS, p50_ms=50.0),
        measured(("doubleloop", "ranking only"), p50_ms=1.0),
        measured(PEER, p50_ms=20.0),
    ]
    told = {verdict.column.key: verdict for verdict in verdicts(rows(found))}
    assert (told["p50_ms"].ours, told["p50_ms"].peer) == (50.0, "Peer, dense")
    assert not told["p50_ms"].ahead


def test_there_is_no_verdict_before_ours_was_measured() -> None:
    assert verdicts(rows([measured(PEER)])) == []


def test_percentiles_are_over_all_queries() -> None:
    assert percentiles([float(n) for n in range(101)]) == {"p50_ms": 50.0, "p95_ms": 95.0}


def test_a_small_collection_keeps_the_relevant_documents_in_their_order() -> None:
    documents = [{"_id": id_} for id_ in "abcde"]
    kept = cut(documents, {"q": {"d": 1, "b": 2, "a": 0}}, 3)
    assert [document["_id"] for document in kept] == ["a", "b", "d"]


def test_all_queries_are_asked_and_only_the_split_is_judged(collection: Path) -> None:
    loaded = load(collection, "test")
    assert [query["_id"] for query in loaded.queries] == ["q1", "q2"]
    assert loaded.qrels == {"q1": {"a": 1}}


def test_pieces_of_one_document_count_once() -> None:
    assert first(["a", "b", "a", "c"], 2) == ["a", "b"]


def test_a_title_is_not_said_twice() -> None:
    assert joined({"title": "Fire", "text": "Fire at noon."}) == "Fire at noon."


def test_what_a_later_stage_adds_is_added_to_the_ingest_before_it(
    collection: Path, tmp_path: Path
) -> None:
    load(collection, "test").write(tmp_path / "set")
    job = read_job(tmp_path / "set", tmp_path, tmp_path, 10)
    stages = iter([("first", lambda _: ["a"]), ("second", lambda _: ["b"])])
    one, two = measure(stages, job)
    assert (one["run"]["q1"], two["run"]["q1"]) == (["a"], ["b"])
    assert two["ingest_s"] > one["ingest_s"] > 0
    assert len(one["query_ms"]) == 2
    assert two["peak_mb"] >= one["peak_mb"] > 1


@pytest.mark.model
def test_the_worker_finds_the_relevant_document_with_doubleloop(
    collection: Path, tmp_path: Path
) -> None:
    from pipeline.models import model_path
    from pipeline.settings import Settings

    load(collection, "test").write(tmp_path / "set")
    (tmp_path / "scratch").mkdir()
    model = model_path("all-MiniLM-L6-v2", Settings())
    worker = ROOT / "benchmarks" / "peers" / "worker.py"
    folders = [str(tmp_path / "set"), str(tmp_path / "scratch"), str(model)]
    subprocess.run(
        [sys.executable, str(worker), "doubleloop", *folders, "2", str(tmp_path / "out.json")],
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
        check=True,
    )
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [stage["label"] for stage in found["stages"]] == ["ask", "ranking only"]
    assert all(stage["run"]["q1"][0] == "a" for stage in found["stages"])
    assert all(stage["ingest_s"] > 0 and len(stage["query_ms"]) == 2 for stage in found["stages"])
