"""The sample community keeps what it promises: facts with a link each, and pairs to be found."""

from __future__ import annotations

import json
from collections import Counter
from urllib.parse import urlsplit

import pytest

from pipeline.records import OUTCOME_STATUSES
from pipeline.sources.sample import sample_folder, sample_pairs

RECORDS = [
    json.loads(line)
    for file in sorted(sample_folder().glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]
BY_ID = {record["id"]: record for record in RECORDS}
PAIRS = sample_pairs()


def test_there_are_at_least_160_experiences_in_eight_fields() -> None:
    fields = Counter(record["discipline"] for record in RECORDS)

    assert len(BY_ID) == len(RECORDS) >= 160
    assert len(fields) >= 8
    assert min(fields.values()) >= 20


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r["id"])
def test_an_experience_tells_all_four_parts_and_has_a_source(record: dict[str, str]) -> None:
    for part in ("situation", "action", "outcome", "insight"):
        assert 15 <= len(record[part].split()) <= 100, part
    assert record["status"] in OUTCOME_STATUSES
    assert urlsplit(record["source"]).scheme == "https"
    assert 1900 <= int(record["year"]) <= 2026


def test_the_wikispeed_car_is_among_them() -> None:
    assert any("WIKISPEED" in record["title"] + record["situation"] for record in RECORDS)


def test_at_least_40_pairs_share_a_pattern_across_fields() -> None:
    same = [pair for pair in PAIRS if pair.relation == "same pattern"]

    assert len(same) >= 40
    for pair in same:
        assert BY_ID[pair.a]["discipline"] != BY_ID[pair.b]["discipline"], pair


def test_at_least_20_pairs_contradict_each_other() -> None:
    assert sum(pair.relation == "contradicts" for pair in PAIRS) >= 20


def test_every_pair_is_of_two_experiences_and_stands_once() -> None:
    pairs = [frozenset((pair.a, pair.b)) for pair in PAIRS]

    assert len(set(pairs)) == len(pairs)
    assert all(pair <= set(BY_ID) and len(pair) == 2 for pair in pairs)
