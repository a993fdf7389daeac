"""Measures against figures worked out by hand."""

import math

import pytest

from pipeline.retrieval import measure, where_for, write_trec

RUN = {"q1": {"a": 3.0, "b": 2.0, "c": 1.0}, "q2": {"a": 1.0}}
QRELS = {"q1": {"b": 1, "c": 1, "a": 0}, "q2": {"z": 1}, "q3": {"a": 0}}


def test_figures_are_those_worked_out_by_hand() -> None:
    figures, queries = measure({"q1": RUN["q1"]}, {"q1": QRELS["q1"]})
    ideal = 1 + 1 / math.log2(3)
    assert figures["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / ideal)
    assert figures["MAP"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert figures["MRR"] == pytest.approx(0.5)
    assert figures["R@10"] == figures["R@50"] == 1.0
    assert queries == 1


def test_queries_without_a_relevant_document_are_left_out_and_misses_count_as_0() -> None:
    figures, queries = measure(RUN, QRELS)
    assert queries == 2
    assert figures["MRR"] == pytest.approx(0.25)


def test_a_query_that_was_not_answered_counts_as_0() -> None:
    assert measure({}, {"q": {"a": 1}})[0]["R@10"] == 0.0


def test_graded_relevance_counts_by_its_grade() -> None:
    figures, _ = measure({"q": {"a": 2.0, "b": 1.0}}, {"q": {"a": 1, "b": 2}})
    ideal = 2 + 1 / math.log2(3)
    assert figures["nDCG@10"] == pytest.approx((1 + 2 / math.log2(3)) / ideal)


def test_ties_are_broken_by_document_id() -> None:
    qrels = {"q": {"a": 1}}
    assert measure({"q": {"b": 1.0, "a": 1.0}}, qrels)[0]["MRR"] == 1.0
    assert measure({"q": {"a": 1.0, "b": 1.0}}, qrels)[0]["MRR"] == 1.0


def test_nothing_judged_gives_zeros() -> None:
    assert measure(RUN, {}) == ({"nDCG@10": 0, "MAP": 0, "MRR": 0, "R@10": 0, "R@50": 0}, 0)


def test_a_run_file_has_one_line_for_each_document_best_first(tmp_path) -> None:
    write_trec(RUN, tmp_path / "run.txt", "my run")
    lines = (tmp_path / "run.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].split() == ["q1", "Q0", "a", "1", "3.000000", "my-run"]
    assert len(lines) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["run.txt"]


def test_the_date_rule_leaves_out_the_query_itself() -> None:
    assert where_for(None, "e1").not_ids == ("e1",)
    assert where_for(None).empty
