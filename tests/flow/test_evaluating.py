"""Measuring retrieval on a test collection."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.flow.evaluating import (
    askings,
    collection_community,
    documents_of,
    evaluate_retrieval,
)
from pipeline.settings import Settings
from pipeline.sources.tables.beir import Query

DOCUMENTS = (
    {"_id": "d1", "title": "Pump lost", "text": "The pump lost pressure.", "created": "2015-05-01"},
    {"_id": "d2", "title": "Pump found", "text": "The pump had pressure.", "created": "2017-05-01"},
    {"_id": "d3", "title": "Choir", "text": "The choir sang outdoors.", "created": "2014-05-01"},
)
QUERIES = (
    {"_id": "q1", "text": "Pump lost\nWhy did the pressure go?", "created": "2016-01-01"},
    {"_id": "d1", "text": "pump pressure"},
)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "pumps"
    (folder / "qrels").mkdir(parents=True)
    for name, rows in (("corpus", DOCUMENTS), ("queries", QUERIES)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    qrels = "query-id\tcorpus-id\tscore\nq1\td1\t1\nd1\td2\t1\n"
    (folder / "qrels" / "dev.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_only_older_documents_are_found_and_never_the_query_itself(
    settings: Settings, collection: Path
) -> None:
    found = evaluate_retrieval(settings, collection, split="dev")
    assert "d2" not in found.run["q1"]
    assert "d1" not in found.run["d1"]
    assert found.figures["nDCG@10"] == 1.0
    assert (found.queries, found.documents) == (2, 3)


def test_the_community_of_a_collection_is_gone_afterwards(
    settings: Settings, collection: Path
) -> None:
    with collection_community(settings, collection) as workspace:
        assert sorted(documents_of(workspace).values()) == ["d1", "d2", "d3"]
        folder = workspace.folder
        assert folder.is_dir()
    assert not folder.exists()


def test_a_title_of_a_query_stands_on_a_line_of_its_own(
    settings: Settings, collection: Path
) -> None:
    told = {
        Query("1", "Pump lost Why did it stop?", title="Pump lost"): "Pump lost\nWhy did it stop?",
        Query("2", "Why did it stop?", title="Pump lost"): "Why did it stop?",
        Query("3", "Pump lost", title="Pump lost"): "Pump lost",
        Query("4", "Why did it stop?"): "Why did it stop?",
    }
    with collection_community(settings, collection) as workspace:
        asked = {asking.id: asking.problem for asking in askings(workspace, list(told))}
    assert asked == {query.id: problem for query, problem in told.items()}


def test_a_split_that_is_not_there_is_told_with_those_that_are(
    settings: Settings, collection: Path
) -> None:
    with pytest.raises(InputError) as error:
        evaluate_retrieval(settings, collection, split="test")
    assert "dev" in error.value.hint
