"""Patterns count what the records say, and cite it verbatim."""

from dataclasses import replace

import pytest

from pipeline.embeddings.words import WordCountEncoder
from pipeline.patterns import find_contrasts, mine_patterns, verified
from pipeline.records import Experience
from tests.patterns.made import BOMBER, EIGHT, LAUNCH, ONTARIO, PROBLEM, WARD, experience, related

ENCODER = WordCountEncoder()


def mined(*experiences: Experience):
    return mine_patterns(PROBLEM, related(*experiences), (), ENCODER)


def kinds(*experiences: Experience) -> set[str]:
    return {c.kind for c in find_contrasts(PROBLEM, related(*experiences), (), ENCODER)}


def test_opposite_outcomes_are_a_tension_told_from_the_better_side() -> None:
    found = find_contrasts(PROBLEM, related(ONTARIO, EIGHT), (), ENCODER)
    tension = next(c for c in found if c.kind == "tension")
    assert (tension.a.experience.id, tension.b.experience.id) == ("eight", "ontario")
    assert tension.difference == "it worked in the first and it failed in the second"


def test_a_tension_says_how_many_worked_and_failed() -> None:
    claim = next(p.claim for p in mined(EIGHT, ONTARIO, BOMBER) if p.kind == "tension")
    assert "of three experiences with a known outcome two worked and one failed" in claim


def test_the_same_outcome_twice_is_an_agreement() -> None:
    assert "agreement" in kinds(EIGHT, WARD)
    assert "tension" not in kinds(EIGHT, WARD)


def test_one_against_three_is_an_outlier() -> None:
    found = find_contrasts(PROBLEM, related(EIGHT, WARD, LAUNCH, ONTARIO), (), ENCODER)
    outlier = next(c for c in found if c.kind == "outlier")
    assert outlier.b.experience.id == "ontario"


def test_years_apart_in_one_field_are_a_drift() -> None:
    found = find_contrasts(PROBLEM, related(WARD, EIGHT), (), ENCODER)
    drift = next(c for c in found if c.kind == "drift")
    assert (drift.a.experience.year, drift.b.experience.year, drift.years) == (2009, 2021, 12)


def test_two_fields_are_a_cross_field_contrast() -> None:
    assert "cross-field" in kinds(EIGHT, BOMBER)


def test_unknown_outcomes_never_make_a_tension() -> None:
    unknown = [replace(e, status="unknown") for e in (EIGHT, ONTARIO, WARD)]
    assert "tension" not in kinds(*unknown)
    assert "outlier" not in kinds(*unknown)


def test_a_counter_experience_of_unknown_outcome_is_a_tension() -> None:
    unknown = replace(WARD, status="unknown")
    found = find_contrasts(PROBLEM, related(EIGHT), related(unknown), ENCODER)
    assert "tension" in {c.kind for c in found}


def test_every_quote_is_verbatim() -> None:
    experiences = {e.id: e for e in (EIGHT, ONTARIO, BOMBER, LAUNCH, WARD)}
    patterns = mined(*experiences.values())
    assert patterns
    for pattern in patterns:
        assert len(pattern.quotes) == 2
        assert all(verified(quote, experiences[quote.experience]) for quote in pattern.quotes)


def test_no_pair_is_told_twice() -> None:
    patterns = mined(EIGHT, ONTARIO, BOMBER, LAUNCH, WARD)
    pairs = [frozenset(q.experience for q in p.quotes) for p in patterns]
    assert len(pairs) == len(set(pairs))


def test_authors_without_a_name_count_as_one() -> None:
    nameless = [replace(e, author=None) for e in (EIGHT, ONTARIO)]
    assert {p.authors for p in mined(*nameless)} == {1}
    assert {p.authors for p in mined(EIGHT, ONTARIO)} == {2}


@pytest.mark.parametrize("count", [0, 1])
def test_one_experience_is_no_pattern(count: int) -> None:
    assert mined(*[EIGHT][:count]) == ()


def test_experiences_without_a_quotable_sentence_take_no_part() -> None:
    empty = experience("empty", "Checklist question", body="Help please? Thanks!")
    assert mined(EIGHT, empty) == ()


def test_the_same_evidence_gives_the_same_patterns() -> None:
    assert mined(EIGHT, ONTARIO, BOMBER) == mined(EIGHT, ONTARIO, BOMBER)


def test_a_claim_says_where_it_was_seen() -> None:
    tension = next(p for p in mined(EIGHT, ONTARIO) if p.kind == "tension")
    assert tension.holds_when == "Seen in health care, 2009–2014."
