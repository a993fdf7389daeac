"""Fusing meaning and words."""

from dataclasses import replace

import pytest

from pipeline.index.base import IndexHit
from pipeline.retrieval.aggregate import by_experience
from pipeline.retrieval.candidates import Scored
from pipeline.retrieval.fusion import fuse
from pipeline.retrieval.limits import LIMITS

MINILM = LIMITS["all-MiniLM-L6-v2"]
BOTH_SIDES = [
    IndexHit(1, "meaning only", dense=0.60, lexical=0.0),
    IndexHit(2, "words only", dense=0.10, lexical=9.0),
    IndexHit(3, "both", dense=0.55, lexical=8.0),
]


def first(hits: list[IndexHit], **changes: float) -> str:
    return fuse(hits, replace(MINILM, **changes))[0].experience


def test_what_both_sides_find_stands_before_the_favourite_of_either() -> None:
    assert first(BOTH_SIDES, dense_share=1.0) == "meaning only"
    assert first(BOTH_SIDES, dense_share=0.0) == "words only"
    assert first(BOTH_SIDES) == "both"


def test_scores_lie_between_0_and_1_whatever_the_sides_give() -> None:
    hits = [IndexHit(1, "a", -0.3, 0.0), IndexHit(2, "b", 1.0000002, 25.0), IndexHit(3, "c")]
    assert all(0.0 <= scored.score <= 1.0 for scored in fuse(hits))


def test_a_search_in_which_nothing_is_near_has_low_scores() -> None:
    assert fuse([IndexHit(1, "a", 0.1, 0.0)], MINILM)[0].score < 0.1


def test_cosines_of_an_unmeasured_encoder_are_spread_before_they_count() -> None:
    hits = [IndexHit(1, "a", 0.70, 5.0), IndexHit(2, "b", 0.90, 0.0), IndexHit(3, "c", 0.75, 0.0)]
    assert [s.experience for s in fuse(hits)] == ["b", "a", "c"]
    assert [s.experience for s in fuse(hits, MINILM)] == ["a", "b", "c"]


@pytest.mark.parametrize(("cover", "leads"), [(0.9, "words only"), (0.05, "meaning only")])
def test_words_count_by_the_share_of_them_that_the_best_passage_has(
    cover: float, leads: str
) -> None:
    hits = BOTH_SIDES[:2]
    even = replace(MINILM, dense_share=0.6)
    assert fuse(hits, even, ceiling=9.0 / cover)[0].experience == leads
    assert all(0.0 <= s.score <= 1.0 for s in fuse(hits, even, ceiling=9.0 / cover))


def test_words_that_nothing_has_leave_the_order_to_meaning() -> None:
    hits = [IndexHit(1, "a", 0.2, 0.0), IndexHit(2, "b", 0.5, 0.0)]
    assert [s.experience for s in fuse(hits, MINILM, ceiling=4.0)] == ["b", "a"]
    assert [s.experience for s in fuse(hits, MINILM, ceiling=0.0)] == ["b", "a"]


def test_ties_are_broken_by_id_in_any_order_of_arrival() -> None:
    hits = [IndexHit(number, str(number), 0.5, 2.0) for number in range(20)]
    assert [s.id for s in fuse(hits[::-1])] == [s.id for s in fuse(hits)] == list(range(20))


def test_nothing_found_gives_nothing() -> None:
    assert fuse([]) == []


def test_an_experience_scores_as_its_best_passage_and_a_little_more() -> None:
    passages = [Scored(1, "a", 0.6, 0.6, 1.0), Scored(2, "b", 0.6, 0.6, 1.0)]
    second = Scored(3, "b", 0.5, 0.7, 0.0)
    ranked = by_experience([*passages, second])
    assert [r.experience for r in ranked] == ["b", "a"]
    assert ranked[1].score == pytest.approx(0.6)
    assert 0.6 < ranked[0].score < 0.7


def test_many_middling_passages_do_not_beat_one_good_one() -> None:
    many = [Scored(number, "long", 0.5, 0.5, 1.0) for number in range(50)]
    assert by_experience([*many, Scored(99, "short", 0.6, 0.6, 1.0)])[0].experience == "short"


def test_passages_of_an_experience_come_best_first() -> None:
    ranked = by_experience([Scored(1, "a", 0.2, 0.2, 0.0), Scored(2, "a", 0.4, 0.3, 0.0)])
    assert ranked[0].passages == (2, 1)
