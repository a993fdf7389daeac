"""Dates, outcome words and lists are read as people write them."""

from __future__ import annotations

import pytest

from pipeline.sources.reading.values import day_comes_first, listed, moment, status_word, written


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2019-11-29", "2019-11-29T00:00:00+00:00"),
        ("2019-11-29T10:00:00+02:00", "2019-11-29T08:00:00+00:00"),
        ("2019-11-29T10:00:00Z", "2019-11-29T10:00:00+00:00"),
        ("2025-01-02 00:07", "2025-01-02T00:07:00+00:00"),
        ("01/26/2005 00:00", "2005-01-26T00:00:00+00:00"),
        ("17/03/2016 14:25:48", "2016-03-17T14:25:48+00:00"),
        ("13-Jun-2000", "2000-06-13T00:00:00+00:00"),
        ("June 5, 1998", "1998-06-05T00:00:00+00:00"),
        ("1935", "1935-01-01T00:00:00+00:00"),
        (1935, "1935-01-01T00:00:00+00:00"),
        ("20191129", "2019-11-29T00:00:00+00:00"),
        (1483051909, "2016-12-29T22:51:49+00:00"),
        ("1483051909.018632", "2016-12-29T22:51:49.018632+00:00"),
        (1483051909000, "2016-12-29T22:51:49+00:00"),
    ],
)
def test_a_date_is_read_in_utc(value, expected) -> None:
    found = moment(value)

    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "12:30",
        "13 May",
        "7",
        7,
        True,
        None,
        "99/99/9999",
        "Q3",
        ["2019"],
        "1e9",
        "x" * 99,
        "2019-13-45",
        "9" * 400,
        float("nan"),
        float("inf"),
    ],
)
def test_what_is_no_date_is_none(value) -> None:
    assert moment(value) is None


def test_one_clear_date_tells_that_days_come_first() -> None:
    assert day_comes_first(["04/03/2016", "17/03/2016"])
    assert not day_comes_first(["04/03/2016", "03/17/2016"])
    assert not day_comes_first(["04/03/2016"])


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Worked", "worked"),
        ("SUCCESS", "worked"),
        ("resolved", "worked"),
        ("Solved.", "worked"),
        ("partly worked", "partly"),
        ("Mixed", "partly"),
        ("no effect", "failed"),
        ("did not work", "failed"),
        ("didn't work", "failed"),
        ("Won't fix", "failed"),
        ("too_early", "too early"),
        ("In progress", "too early"),
        ("N/A", "unknown"),
        ("The valve was replaced", None),
        ("accepted", None),
    ],
)
def test_status_words_are_understood(word, status) -> None:
    assert status_word(word) == status


def test_lists_are_read_from_lists_and_from_signs_between_words() -> None:
    assert listed(["a b", None, {"c": 1}, 3]) == ["a b", "3"]
    assert listed("a b, c;d|e\nf") == ["a b", "c", "d", "e", "f"]


def test_halves_of_characters_do_not_get_in() -> None:
    assert written("a\ud83d") == "a\N{REPLACEMENT CHARACTER}"
