"""Open problems and the ledger on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Doubleloop
from tests.cli.test_commands import ROWS, write

PROBLEM = "Infusion pumps alarm all night and nurses silence them"
NEAR: dict[str, object] = {
    "id": "9",
    "title": "Pumps alarmed all night",
    "situation": "Infusion pumps alarmed all night until nurses silenced every pump.",
    "discipline": "nursing",
    "source": "https://example.org/9",
}


def test_an_import_tells_which_open_problems_have_a_precedent_now(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")
    kept = doubleloop("problems", "keep", PROBLEM, "-c", "ward")
    path = write(tmp_path / "ward.jsonl", [*ROWS, NEAR])

    imported = doubleloop("import", path, "-c", "ward")
    listed = doubleloop("problems", "list", "-c", "ward")
    again = doubleloop("problems", "list", "-c", "ward")

    assert "problem 1" in kept.out
    assert "1 open problem now has a precedent" in imported.out.replace("\n", " ")
    assert "new: Pumps alarmed all night" in listed.out
    assert "new:" not in again.out
    assert "Pumps alarmed all night" in again.out


def test_open_problems_are_told_as_json(doubleloop: Doubleloop, tmp_path: Path) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")
    kept = doubleloop(
        "problems", "keep", PROBLEM, "--where", "discipline=nursing", "--since", "2015",
        "-c", "ward", "--json",
    ).json  # fmt: skip
    path = write(tmp_path / "ward.jsonl", [*ROWS, NEAR | {"year": 2024}])

    imported = doubleloop("import", path, "-c", "ward", "--json").json
    listed = doubleloop("problems", "list", "-c", "ward", "--json").json

    assert (kept["schema"], kept["id"], kept["notices"]) == (1, 1, [])
    assert kept["where"] == {"since": "2015-01-01", "discipline": ["nursing"]}
    (told,) = imported["open_problems"]
    assert (told["problem"], told["title"], told["seen"]) == (1, NEAR["title"], None)
    (problem,) = listed["problems"]
    assert (problem["unseen"], len(problem["notices"])) == (1, 1)
    assert problem["notices"][0]["experience"] == told["experience"]


def test_a_contribution_tells_it_too_and_an_import_without_one_is_silent(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl", ROWS[:2]), "-c", "ward")
    doubleloop("problems", "keep", PROBLEM, "-c", "ward")

    silent = doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")
    told = doubleloop(
        "contribute", "-c", "ward", "--title", str(NEAR["title"]),
        "--situation", str(NEAR["situation"]),
    )  # fmt: skip

    assert "precedent" not in silent.out
    assert "1 open problem now has a precedent" in told.out


def test_a_closed_problem_is_listed_only_when_asked_for(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")
    doubleloop("problems", "keep", PROBLEM, "-c", "ward")

    closed = doubleloop("problems", "close", "1", "-c", "ward", "--json")
    listed = doubleloop("problems", "list", "-c", "ward")
    with_all = doubleloop("problems", "list", "--all", "-c", "ward")

    assert closed.json["closed"]
    assert "No problem is open." in listed.out
    assert "closed" in with_all.out


def test_problems_that_cannot_be_kept_or_closed_end_with_a_line(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")

    empty = doubleloop("problems", "keep", " ", "-c", "ward")
    absent = doubleloop("problems", "close", "7", "-c", "ward")
    nowhere = doubleloop("problems", "keep", PROBLEM, "-c", "nowhere")
    no_number = doubleloop("problems", "close", "first", "-c", "ward")

    assert (empty.code, absent.code, nowhere.code, no_number.code) == (2, 1, 1, 2)
    assert "error: The problem is empty." in empty.err
    assert "no open problem 7" in absent.err
    assert "Traceback" not in no_number.err


def test_what_was_tried_is_shown_with_its_experience(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    kept = doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward", "--json")
    asked = doubleloop("ask", "night handover list", "-c", "ward", "--json").json
    id_ = asked["related"][0]["id"]

    tried = doubleloop(
        "tried", id_, "failed", "--context", "a ward of 20 beds", "--date", "2021-05",
        "--author", "Ada Example", "-c", "ward",
    )  # fmt: skip
    shown = doubleloop("show", id_, "-c", "ward")
    written = doubleloop("show", id_, "-c", "ward", "--json").json

    assert kept.code == 0
    assert "1 worked · 1 failed" in tried.out
    assert "failed · 2021-05-01 · a ward of 20 beds · member-" in shown.out
    assert "worked · 2015-01-01 · as told" in shown.out
    assert written["summary"] == "1 worked · 1 failed"
    assert written["outcomes"] == {"worked": 1, "failed": 1}
    last = written["ledger"][-1]
    assert (last["outcome"], last["date"], last["from_source"]) == ("failed", "2021-05-01", False)
    assert "Ada" not in shown.out


def test_an_entry_that_cannot_be_ends_with_a_line(doubleloop: Doubleloop, tmp_path: Path) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")
    id_ = doubleloop("ask", "night handover", "-c", "ward", "--json").json["related"][0]["id"]

    later = doubleloop("tried", id_, "worked", "--date", "2199", "-c", "ward")
    nothing = doubleloop("tried", id_, "unknown", "-c", "ward")
    other_word = doubleloop("tried", id_, "splendid", "-c", "ward")
    no_day = doubleloop("tried", id_, "worked", "--date", "someday", "-c", "ward")
    absent = doubleloop("tried", "e404", "worked", "-c", "ward")

    assert [r.code for r in (later, nothing, other_word, no_day, absent)] == [2, 2, 2, 2, 1]
    assert "2199-01-01 is still to come." in later.err
    assert "says nothing" in nothing.err
    assert "is not a date" in no_day.err
    assert "no experience e404" in absent.err
