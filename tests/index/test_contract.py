"""What every index does, held against the reference: ids, order, scores, filters, changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import numpy as np
import pytest

from pipeline.errors import IndexMismatch, InputError, NothingFound
from pipeline.index.base import Index, IndexHit, IndexRow, Mode, RowChange
from pipeline.records import Where
from tests.index.conftest import ENCODER, query, rows

PROBLEMS = ("the backup of the server", "nurse handover checklist checklist", "fire", "xylophone")
MODES: tuple[Mode, ...] = get_args(Mode)
FILTERS = (
    Where(),
    Where(nothing=True),
    Where(ids=()),
    Where(ids=("e1", "e5", "nobody")),
    Where(not_ids=("e1", "e2")),
    Where(disciplines=("NURSING", "éducation")),
    Where(tags=("safety",)),
    Where(tags=("SAFETY", "it"), outcomes=("failed", "worked")),
    Where(authors=("kim",), sources=("forum",)),
    Where(disciplines=("unheard of",)),
    Where(since=datetime(2020, 6, 1, tzinfo=UTC)),
    Where(until=datetime(2021, 6, 1, tzinfo=UTC), before=datetime(2022, 1, 1, tzinfo=UTC)),
)


def same(found: list[IndexHit], expected: list[IndexHit]) -> None:
    """Same ids in the same order with the same scores."""
    assert [hit.id for hit in found] == [hit.id for hit in expected]
    assert [hit.experience for hit in found] == [hit.experience for hit in expected]
    for name in ("dense", "lexical"):
        pairs = [(getattr(a, name), getattr(b, name)) for a, b in zip(found, expected, strict=True)]
        assert all((a is None) == (b is None) for a, b in pairs)
        assert all(a == pytest.approx(b, abs=1e-5) for a, b in pairs if a is not None)


def agree(index: Index, reference: Index) -> None:
    """Both find the same for every problem, filter and mode."""
    assert index.ids() == reference.ids()
    for where in FILTERS:
        assert index.count(where) == reference.count(where)
        for problem in PROBLEMS:
            for mode in MODES:
                same(
                    index.search(query(problem), problem, where=where, k=7, mode=mode),
                    reference.search(query(problem), problem, where=where, k=7, mode=mode),
                )


def test_agrees_with_the_reference(index: Index, reference: Index) -> None:
    for each in (index, reference):
        each.upsert(rows(120))
    agree(index, reference)


def test_agrees_after_rows_were_added_replaced_and_removed(index: Index, reference: Index) -> None:
    for each in (index, reference):
        each.upsert(rows(90))
        each.delete(ids=range(0, 90, 4))
        each.upsert(rows(30, start=60, seed=2))
        each.delete(where=Where(authors=("robin",)))
        each.upsert(rows(10, start=200, seed=3))
    agree(index, reference)


def test_agrees_after_metadata_changed(index: Index, reference: Index) -> None:
    changes = [
        RowChange("e4", outcome="worked", tags=("safety",), discipline="Nursing"),
        RowChange("e5", created=datetime(2020, 7, 1, tzinfo=UTC), author="kim", source="forum"),
        RowChange("nobody"),
    ]
    for each in (index, reference):
        each.upsert(rows(60))
        assert each.update_rows(changes) == 6
    agree(index, reference)


def test_agrees_when_most_rows_tie(index: Index, reference: Index) -> None:
    same_text = [replace(row, text="fire drill", vector=query("fire drill")) for row in rows(80)]
    for each in (index, reference):
        each.upsert(same_text[::-1])
    agree(index, reference)
    assert [hit.id for hit in index.search(query("fire"), "fire", k=3)] == [0, 1, 2]


def test_an_empty_index_finds_nothing(index: Index) -> None:
    assert index.search(query("fire"), "fire") == []
    assert (index.count(), index.ids()) == (0, set())
    assert index.delete(where=Where()) == 0
    assert index.vectors([]).shape == (0, ENCODER.dimension)


def test_an_index_that_was_emptied_takes_rows_again(index: Index) -> None:
    index.upsert(rows(60))
    assert index.delete(where=Where()) == 60
    assert index.search(query("fire"), "fire") == []
    index.upsert(rows(5))
    assert index.count() == 5


def test_both_fills_in_both_scores(index: Index) -> None:
    near = IndexRow(id=1, experience="a", vector=query("fire"), text="radio silence")
    named = IndexRow(id=2, experience="b", vector=query("valve"), text="fire fire")
    index.upsert([near, named])
    hits = index.search(query("fire"), "fire", k=1)
    assert [(hit.id, hit.dense, hit.lexical == 0) for hit in hits] == [
        (1, 1.0, True),
        (2, 0.0, False),
    ]


def test_a_side_that_is_not_asked_has_no_score(index: Index) -> None:
    index.upsert(rows(20))
    assert {hit.lexical for hit in index.search(query("fire"), None)} == {None}
    assert {hit.dense for hit in index.search(None, "fire")} == {None}
    assert {hit.dense for hit in index.search(query("fire"), "fire", mode="lexical")} == {None}


def test_a_vector_of_zeros_is_near_to_nothing(index: Index) -> None:
    index.upsert(rows(20))
    assert index.search(query("the"), None) == []


def test_words_decide_alone_when_the_vector_is_zero(index: Index) -> None:
    index.upsert(rows(20))
    hits = index.search(np.zeros(ENCODER.dimension, dtype=np.float32), "fire", k=3)
    assert hits
    assert all(hit.dense == 0 and hit.lexical for hit in hits)


def test_k_bounds_each_side(index: Index) -> None:
    index.upsert(rows(60))
    assert len(index.search(query("fire"), "fire", k=4, mode="dense")) == 4
    assert 4 <= len(index.search(query("fire"), "fire", k=4)) <= 8
    assert index.search(query("fire"), "fire", k=0) == []
    assert len(index.search(query("fire"), None, k=1000)) == 60


def test_the_last_of_rows_with_one_id_stands(index: Index) -> None:
    first, second = rows(2)
    index.upsert([first, replace(second, id=first.id)])
    assert index.count() == 1
    assert np.allclose(index.vectors([first.id])[0], second.vector)


def test_a_row_that_was_replaced_is_not_found_by_its_old_words(index: Index) -> None:
    index.upsert([IndexRow(id=1, experience="a", vector=query("fire"), text="fire")])
    index.upsert([IndexRow(id=1, experience="a", vector=query("radio"), text="radio")])
    assert index.search(None, "fire") == []
    assert [hit.id for hit in index.search(None, "radio")] == [1]


def test_ids_and_filter_together_remove_what_matches_both(index: Index) -> None:
    index.upsert(rows(9))
    assert index.delete(ids=[0, 1, 5], where=Where(ids=("e0",))) == 2
    assert index.ids() == {2, 3, 4, 5, 6, 7, 8}


def test_removing_without_saying_what_removes_nothing(index: Index) -> None:
    index.upsert(rows(3))
    assert index.delete() == 0
    assert index.delete(ids=[]) == 0
    assert index.delete(where=Where(nothing=True)) == 0
    assert index.count() == 3


def test_vectors_come_in_the_order_of_the_ids(index: Index) -> None:
    made = rows(60)
    index.upsert(made)
    found = index.vectors([40, 3, 3])
    assert np.array_equal(found, np.stack([made[40].vector, made[3].vector, made[3].vector]))


def test_vectors_of_a_missing_row_are_an_error(index: Index) -> None:
    index.upsert(rows(3))
    with pytest.raises(NothingFound, match="99"):
        index.vectors([1, 99])


def test_rare_terms_weigh_more(index: Index) -> None:
    for number, text in enumerate(["fire fire", "fire drill", "fire radio"]):
        index.upsert([IndexRow(id=number, experience="a", vector=query(text), text=text)])
    common, rare, unseen = index.idf(["fire", "drill", "xylophon"])
    assert common == pytest.approx(np.log(1 + 0.5 / 3.5))
    assert common < rare < unseen


def test_vectors_of_another_length_are_refused(index: Index) -> None:
    wrong = IndexRow(id=1, experience="a", vector=np.ones(3, dtype=np.float32), text="x")
    with pytest.raises(IndexMismatch, match="64"):
        index.upsert([wrong])
    with pytest.raises(IndexMismatch):
        index.search(np.ones(3, dtype=np.float32), None)


def test_vectors_with_holes_are_refused(index: Index) -> None:
    broken = np.full(ENCODER.dimension, np.nan, dtype=np.float32)
    with pytest.raises(InputError, match="finite"):
        index.upsert([IndexRow(id=1, experience="a", vector=broken, text="x")])
    assert index.count() == 0


def test_a_snapshot_brings_everything_back(index: Index, reference: Index, tmp_path) -> None:
    for each in (index, reference):
        each.upsert(rows(60))
        each.delete(ids=[3, 4])
    index.snapshot(tmp_path / "copy")
    index.delete(where=Where())
    index.upsert(rows(3, start=500))
    index.restore(tmp_path / "copy")
    agree(index, reference)


def test_a_folder_without_a_snapshot_is_refused(index: Index, tmp_path) -> None:
    index.upsert(rows(3))
    with pytest.raises(InputError, match="no snapshot"):
        index.restore(tmp_path)
    assert index.count() == 3
