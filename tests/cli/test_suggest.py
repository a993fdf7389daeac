"""Suggestions while typing, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Doubleloop
from tests.cli.test_commands import ROWS, write


@pytest.fixture
def ward(doubleloop: Doubleloop, tmp_path: Path) -> Doubleloop:
    rows = [{**row, "tags": ["night shift"]} for row in ROWS[:2]]
    doubleloop("import", write(tmp_path / "ward.jsonl", rows), "-c", "ward")
    return doubleloop


def test_values_are_suggested_with_what_the_search_becomes(ward: Doubleloop) -> None:
    ran = ward("suggest", "falls tag:nig", "-c", "ward", "--json")

    assert ran.code == 0
    assert ran.json == {
        "schema": 1,
        "typed": "falls tag:nig",
        "suggestions": [
            {
                "text": 'falls tag:"night shift"',
                "label": "night shift",
                "kind": "name",
                "count": 2,
                "operator": "tag",
                "experience": "",
            }
        ],
    }


def test_saved_searches_are_suggested(ward: Doubleloop) -> None:
    ward("searches", "save", "Falls", "people fall at night", "-c", "ward")

    assert "people fall at night" in ward("suggest", "fal", "-c", "ward").out


def test_without_words_the_operators_are_shown(ward: Doubleloop) -> None:
    shown = ward("suggest", "-c", "ward").out

    assert "discipline:" in shown
    assert "after:" in shown


def test_nothing_to_suggest_is_said_and_ends_with_1(ward: Doubleloop) -> None:
    ran = ward("suggest", "zzzz", "-c", "ward")

    assert (ran.code, ran.out) == (1, "")
    assert "Nothing here begins like that." in ran.err


def test_a_number_out_of_range_is_refused(ward: Doubleloop) -> None:
    assert ward("suggest", "x", "-n", "0", "-c", "ward").code == 2
