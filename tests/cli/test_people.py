"""Who agreed to be named, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Doubleloop
from tests.cli.test_commands import ROWS, write


@pytest.fixture
def ward(doubleloop: Doubleloop, tmp_path: Path) -> Doubleloop:
    rows: list[dict[str, object]] = [{**row, "author": "Ada Example"} for row in ROWS]
    doubleloop("import", write(tmp_path / "ward.jsonl", rows), "-c", "ward")
    return doubleloop


def test_somebody_joins_is_listed_and_leaves(ward: Doubleloop) -> None:
    joined = ward(
        "people", "join", "--author", "Ada Example", "--name", "Ada L.", "--contact", "room 4",
        "-c", "ward", "--json",
    ).json  # fmt: skip
    listed = ward("people", "list", "-c", "ward")
    as_json = ward("people", "list", "-c", "ward", "--json").json
    left = ward("people", "leave", "--author", joined["author"], "-c", "ward", "--json").json
    after = ward("people", "list", "-c", "ward")

    assert joined["author"].startswith("member-")
    assert (joined["name"], joined["contact"], joined["recorded_by"]) == (
        "Ada L.",
        "room 4",
        "owner",
    )
    assert "Ada L." in listed.out
    assert as_json["people"] == [{k: v for k, v in joined.items() if k != "schema"}]
    assert left == {"schema": 1, "left": joined["author"]}
    assert "Nobody has agreed" in after.out


def test_who_is_not_here_cannot_join_or_leave(ward: Doubleloop) -> None:
    stranger = ward("people", "join", "--author", "Eve", "--name", "Eve", "-c", "ward")
    gone = ward("people", "leave", "--author", "Ada Example", "-c", "ward")
    nameless = ward("people", "join", "--author", "Ada Example", "--name", "", "-c", "ward")
    half = ward("people", "join", "--author", "Ada Example", "-c", "ward")

    assert [r.code for r in (stranger, gone, nameless, half)] == [1, 1, 2, 2]
    assert "Nobody wrote as 'Eve'" in stranger.err
    assert "not among the people" in gone.err
    assert "name to show is missing" in nameless.err
