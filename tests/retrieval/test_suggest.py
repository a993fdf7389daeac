from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.retrieval.names import Column, Names
from pipeline.retrieval.query import FIELD, parse_query
from pipeline.retrieval.suggest import Suggestion, suggest
from pipeline.retrieval.titles import Titles

NAMES = Names.of(
    tags={"night shift": 2, "nightmare": 5, "handover": 9, 'so "called"': 1, "a, b": 1},
    authors={"member-1a2b3c4d": 3},
    disciplines={"nursing": 9, "aviation": 4},
    outcomes={"worked": 3, "failed": 1},
    sources={"ward notes": 12},
    years={2019: 4, 2021: 2, 2022: 6},
    people={"Ada Lovelace": "member-1a2b3c4d"},
)
TITLES = Titles(
    [
        ("e1", "Handover at the bed"),
        ("e2", "A checklist for the handover"),
        ("e3", "Volume rendering is slow"),
        ("e4", "The déjà vu of night shifts"),
        ("e5", "Version 2 of the rota"),
        ("e6", "Handover notes nobody reads"),
        ("e7", "handover at the BED"),
    ]
)


def offered(typed: str, **given: object) -> tuple[Suggestion, ...]:
    return suggest(typed, names=NAMES, titles=TITLES, **given)  # type: ignore[arg-type]


def texts(typed: str, **given: object) -> list[str]:
    return [one.text for one in offered(typed, **given)]


def test_behind_an_operator_its_values_are_offered_most_used_first() -> None:
    assert [(one.text, one.count) for one in offered("falls tag:nig")] == [
        ("falls tag:nightmare", 5),
        ('falls tag:"night shift"', 2),
    ]
    assert texts("discipline:") == ["discipline:nursing", "discipline:aviation"]


def test_values_are_found_by_a_word_inside_and_by_a_slip() -> None:
    assert texts("tag:shift") == ['tag:"night shift"']
    assert texts("discipline:nusring") == ["discipline:nursing"]
    assert texts("tag:hadnov") == ["tag:handover"]


def test_a_value_goes_on_behind_a_comma_and_an_open_quote() -> None:
    assert texts("tag:handover,nightm") == ["tag:handover,nightmare"]
    assert texts('x tag:"night s') == ['x tag:"night shift"']


def test_a_whole_value_is_not_offered_again() -> None:
    assert texts("discipline:nursing") == []


def test_people_are_offered_by_the_name_they_show() -> None:
    assert [(one.text, one.count) for one in offered("author:ada")] == [
        ('author:"Ada Lovelace"', 3)
    ]


def test_years_tell_how_many_experiences_each_lets_through() -> None:
    assert [(one.text, one.count) for one in offered("after:202")] == [
        ("after:2022", 6),
        ("after:2021", 8),
    ]
    assert [(one.label, one.count) for one in offered("before:")] == [
        ("2022", 6),
        ("2021", 4),
        ("2019", 0),
    ]


def test_names_are_offered_without_their_operator() -> None:
    assert texts("falls at night sh")[0] == 'falls at tag:"night shift"'
    assert "discipline:aviation" in texts("avia")
    assert "outcome:worked" in texts("work")


def test_operators_are_completed() -> None:
    assert "falls discipline:" in texts("falls disc")
    assert texts("")[:2] == ["tag:", "discipline:"]
    assert not [one for one in offered("falls ") if one.kind == "operator"]


def test_titles_are_found_by_the_beginnings_of_their_words_in_any_order() -> None:
    found = [one.experience for one in offered("bed hand") if one.kind == "experience"]

    assert found == ["e1", "e7"]


def test_titles_that_begin_with_what_was_typed_come_first() -> None:
    found = [one.experience for one in offered("handover") if one.kind == "experience"]

    assert found == ["e1", "e6", "e7", "e2"]


@pytest.mark.parametrize("typed", ["volme rendring", "VOLUME Rendering", "rednering", "rendr"])
def test_titles_are_found_in_spite_of_a_slip(typed: str) -> None:
    assert [one.experience for one in offered(typed)] == ["e3"]


def test_titles_are_found_without_their_accents_and_numbers_only_as_they_are() -> None:
    assert [one.experience for one in offered("deja vu")] == ["e4"]
    assert [one.experience for one in offered("version 3")] == []


def test_operators_typed_before_do_not_hide_titles() -> None:
    assert [one.experience for one in offered("tag:handover rendering")] == ["e3"]


def test_saved_searches_and_problems_asked_before_are_offered() -> None:
    found = offered(
        "falls",
        searches={"Ward falls": "discipline:nursing falls", "Other": "fire"},
        problems=["People fall at night", "Many falls since May", "falls"],
    )

    assert [(one.kind, one.text, one.label) for one in found] == [
        ("search", "discipline:nursing falls", "Ward falls"),
        ("problem", "Many falls since May", "Many falls since May"),
    ]


def test_titles_keep_half_of_the_list() -> None:
    found = offered("hand", problems=[f"hand {n}" for n in range(9)], most=4)

    assert [one.kind for one in found] == ["name", "problem", "experience", "experience"]


def test_a_story_gets_no_suggestions() -> None:
    assert offered("handover " * 60) == ()


@given(st.text(max_size=40), st.integers(0, 9))
def test_nothing_typed_makes_it_fail(typed: str, most: int) -> None:
    assert len(offered(typed, most=most)) <= most


@given(st.sampled_from(["tag", "author", "discipline", "source", "outcome"]), st.text(max_size=3))
def test_every_value_that_is_offered_is_read_as_itself(operator: str, begun: str) -> None:
    for one in offered(f"{operator}:{begun}"):
        if one.kind == "name" and one.operator == operator:
            read = parse_query(one.text, known=NAMES, today=date(2026, 1, 1))
            column: Column = NAMES.of_kind(operator)  # type: ignore[arg-type]
            assert getattr(read.where, FIELD[operator]) == column.meant(one.label).names
            assert (read.problem, read.notes) == ("", ())


def test_titles_without_words_are_no_trouble() -> None:
    titles = Titles([("e1", ""), ("e2", "!!!"), ("e3", "日本語 の 記録")])

    assert titles.matching("日本", most=3) == [("e3", "日本語 の 記録")]
    assert titles.matching("!!", most=3) == []
