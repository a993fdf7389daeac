"""Saved searches on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Doubleloop
from tests.cli.test_commands import ROWS, write


@pytest.fixture
def ward(doubleloop: Doubleloop, tmp_path: Path) -> Doubleloop:
    doubleloop("import", write(tmp_path / "ward.jsonl", ROWS[:2]), "-c", "ward")
    doubleloop("searches", "save", "Handover", "night handover", "-c", "ward")
    return doubleloop


def test_a_saved_search_runs_and_tells_what_is_new(ward: Doubleloop, tmp_path: Path) -> None:
    first = ward("searches", "run", "Handover", "-c", "ward", "--json").json
    more: dict[str, object] = {
        "id": "4",
        "title": "Night handover at the bed",
        "situation": "The night handover moved to the bed.",
    }
    ward("import", write(tmp_path / "ward.jsonl", [*ROWS[:2], more]), "-c", "ward")

    counted = ward("searches", "list", "--new", "-c", "ward", "--json").json
    second = ward("searches", "run", "handover", "-c", "ward", "--json").json
    third = ward("searches", "run", "handover", "-c", "ward")

    assert (first["schema"], first["new"], len(first["related"])) == (1, [], 2)
    assert [one["new"] for one in counted["searches"]] == [1]
    titles = {one["id"]: one["title"] for one in second["related"]}
    assert [titles[id_] for id_ in second["new"]] == [more["title"]]
    assert "0 of these came since" in third.out


def test_searches_are_listed_renamed_and_deleted(ward: Doubleloop) -> None:
    listed = ward("searches", "list", "-c", "ward")
    renamed = ward("searches", "rename", "handover", "Nights", "-c", "ward", "--json").json
    deleted = ward("searches", "delete", "nights", "-c", "ward", "--json").json
    after = ward("searches", "list", "-c", "ward")

    assert "Handover" in listed.out
    assert "never" in listed.out
    assert (renamed["name"], renamed["query"]) == ("Nights", "night handover")
    assert deleted == {"schema": 1, "deleted": "Nights"}
    assert "No search is saved yet." in after.out


def test_a_filter_is_kept_with_a_search(ward: Doubleloop) -> None:
    saved = ward(
        "searches", "save", "failures", "night handover", "--outcome", "failed", "--order",
        "nearness", "-c", "ward", "--json",
    ).json  # fmt: skip
    ran = ward("searches", "run", "failures", "-c", "ward", "--json").json

    assert (saved["where"], saved["order"]) == ({"outcome": ["failed"]}, "nearness")
    assert [one["outcome"] for one in ran["related"]] == ["failed"]


def test_a_search_that_finds_nothing_ends_with_1(ward: Doubleloop) -> None:
    ward("searches", "save", "law", "night handover", "--where", "discipline=law", "-c", "ward")

    ran = ward("searches", "run", "law", "-c", "ward")

    assert ran.code == 1
    assert "Nothing matches." in ran.err


def test_searches_that_cannot_be_end_with_a_line(ward: Doubleloop) -> None:
    absent = ward("searches", "run", "bread", "-c", "ward")
    taken = ward("searches", "save", "HANDOVER", "x", "-c", "ward")
    order = ward("searches", "save", "other", "x", "--order", "newest", "-c", "ward")

    assert [r.code for r in (absent, taken, order)] == [1, 2, 2]
    assert "There are: Handover." in absent.err
    assert "already" in taken.err
    assert "Use lived or nearness." in order.err
