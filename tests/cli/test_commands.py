from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Doubleloop

ROWS = [
    {
        "id": "1",
        "title": "Night handover by list",
        "situation": "Nurses handed patients over at night from memory.",
        "action": "The ward wrote a short list for the night handover together.",
        "outcome": "Missed medication fell by half within a year.",
        "status": "worked",
        "insight": "A list that the ward wrote itself was used even in busy nights.",
        "discipline": "nursing",
        "tags": ["handover", "list"],
        "year": 2015,
        "source": "https://example.org/1",
    },
    {
        "id": "2",
        "title": "Night handover form from above",
        "situation": "The hospital wanted every ward to hand over alike at night.",
        "action": "A form of four pages became mandatory for each night handover.",
        "outcome": "The forms were filled in after the shift and missed medication stayed.",
        "status": "failed",
        "insight": "The form was made to prove the handover, and proving took the time of doing.",
        "discipline": "nursing",
        "tags": ["handover", "form"],
        "year": 2018,
        "source": "https://example.org/2",
    },
    {
        "id": "3",
        "title": "Bakery plans bread by weather",
        "situation": "A bakery threw away a third of its bread on rainy days.",
        "action": "It baked by the weather forecast for a month.",
        "outcome": "Waste fell by a fifth.",
        "status": "partly",
        "insight": "The forecast helped on rainy days and misled on holidays.",
        "discipline": "baking",
        "tags": ["forecast"],
        "year": 2020,
        "source": "https://example.org/3",
    },
]


def write(path: Path, rows: list[dict[str, object]] = ROWS) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_the_main_job_works_from_import_to_questions(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    source = write(tmp_path / "ward.jsonl")

    imported = doubleloop("import", source, "--community", "ward", "--json").json
    asked = doubleloop("ask", "the night handover list is ignored", "-c", "ward", "--json").json
    drafted = doubleloop("questions", "the night handover list is ignored", "-c", "ward", "--json")

    assert (imported["schema"], imported["connector"], imported["added"]) == (1, "jsonl", 3)
    assert asked["related"][0]["title"].startswith("Night handover")
    texts = {one["id"]: one for one in asked["related"]}
    for related in texts.values():
        assert related["passages"]
        assert related["why"]["line"]
    assert drafted.code == 0, drafted.err
    first = drafted.json["questions"][0]
    assert first["text"].rstrip("”\"'").endswith("?")
    written = "\n".join(str(value) for row in ROWS for value in row.values())
    for quote in first["evidence"]:
        assert quote["quote"] in written


def test_importing_again_finds_everything_unchanged(doubleloop: Doubleloop, tmp_path: Path) -> None:
    source = write(tmp_path / "ward.jsonl")
    doubleloop("import", source, "-c", "ward")
    changed = [*ROWS[:2], {**ROWS[2], "outcome": "Waste fell by a quarter."}]
    more = {**ROWS[0], "id": "4", "title": "Another", "situation": "Something else entirely."}

    again = doubleloop("import", source, "-c", "ward", "--json").json
    write(source, [*changed, more])
    later = doubleloop("import", source, "-c", "ward", "--json").json
    write(source, changed[:1])
    shorter = doubleloop("import", source, "-c", "ward", "--json").json
    pruned = doubleloop("import", source, "-c", "ward", "--prune", "--json").json
    left = doubleloop("ask", "handover", "-c", "ward", "--json").json

    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3)
    assert (later["added"], later["changed"], later["unchanged"]) == (1, 1, 2)
    assert (shorter["removed"], shorter["unchanged"]) == (3, 1)
    assert pruned["removed"] == 3
    assert len(left["related"]) == 1


def test_a_dry_run_tells_and_changes_nothing(doubleloop: Doubleloop, tmp_path: Path) -> None:
    source = write(tmp_path / "ward.jsonl")

    told = doubleloop("import", source, "-c", "ward", "--dry-run", "--json").json
    asked = doubleloop("ask", "handover", "-c", "ward")

    assert (told["dry_run"], told["documents"], len(told["samples"])) == (True, 3, 3)
    assert asked.code == 1
    assert "no community 'ward'" in asked.err
    assert not (tmp_path / "home" / "ward").exists()


def test_filters_narrow_an_answer(doubleloop: Doubleloop, tmp_path: Path) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")

    failed = doubleloop("ask", "handover", "-c", "ward", "--outcome", "failed", "--json").json
    baking = doubleloop("ask", "handover", "-c", "ward", "--where", "discipline=Baking", "--json")
    late = doubleloop("ask", "handover", "-c", "ward", "--since", "2019", "--json").json
    nothing = doubleloop("ask", "handover", "-c", "ward", "--where", "tag=absent", "--json")

    assert [one["outcome"] for one in failed["related"]] == ["failed"]
    assert [one["discipline"] for one in baking.json["related"]] == ["baking"]
    assert [one["date"] for one in late["related"]] == ["2020-01-01"]
    assert nothing.code == 1
    assert nothing.json["related"] == []


def test_a_contribution_is_found_at_once_and_its_outcome_recorded(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")

    kept = doubleloop(
        "contribute", "-c", "ward", "--title", "Pumps alarmed all night",
        "--situation", "Infusion pumps alarmed every few minutes and were silenced.",
        "--author", "Ada Example", "--json",
    ).json  # fmt: skip
    asked = doubleloop("ask", "infusion pumps alarm", "-c", "ward", "--json").json
    doubleloop("outcome", kept["id"], "worked", "-c", "ward", "--context", "ward 4")
    after = doubleloop("ask", "infusion pumps alarm", "-c", "ward", "--json").json

    assert asked["related"][0]["id"] == kept["id"]
    assert "Ada" not in json.dumps(asked)
    assert (after["related"][0]["outcome"], after["related"][0]["outcomes"]) == (
        "worked",
        {"worked": 1},
    )


def test_a_second_community_knows_nothing_of_the_first(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")
    doubleloop("import", write(tmp_path / "bakers.jsonl", ROWS[2:]), "-c", "bakers")

    asked = doubleloop("ask", "night handover", "-c", "bakers", "--json").json

    assert {one["title"] for one in asked["related"]} == {"Bakery plans bread by weather"}


def test_the_index_is_rebuilt_from_the_store(doubleloop: Doubleloop, tmp_path: Path) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")
    before = doubleloop("ask", "night handover", "-c", "ward", "--json").json
    for file in (tmp_path / "home" / "ward" / "index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"damaged")

    broken = doubleloop("ask", "night handover", "-c", "ward")
    rebuilt = doubleloop("index", "--rebuild", "-c", "ward", "--json").json
    after = doubleloop("ask", "night handover", "-c", "ward", "--json").json

    assert broken.code == 2
    assert "index --rebuild" in broken.err
    assert rebuilt["rebuilt"]
    assert [one["id"] for one in after["related"]] == [one["id"] for one in before["related"]]


def test_another_encoder_is_refused_by_name(doubleloop: Doubleloop, sample_home: Path) -> None:
    asked = doubleloop("ask", "x", "-c", "sample", home=sample_home, DOUBLELOOP_ENCODER="auto")

    assert asked.code == 2
    assert "words-512" in asked.err
    assert "index --rebuild" in asked.err


def test_doctor_tells_what_is_there_and_hides_keys(doubleloop: Doubleloop) -> None:
    ran = doubleloop("doctor", DOUBLELOOP_API_KEY="sk-very-secret")

    assert ran.code == 0, ran.err
    assert "sentence-transformers" in ran.out
    assert "very-secret" not in ran.out + ran.err


def test_topics_are_listed_and_exported(doubleloop: Doubleloop, sample_home: Path) -> None:
    listed = doubleloop("topics", "-c", "sample", "--json", home=sample_home).json
    table = doubleloop("topics", "-c", "sample", "--export", "csv", home=sample_home).out

    assert sum(topic["experiences"] for topic in listed["topics"]) >= 160
    assert len(table.splitlines()) > 160


def test_questions_come_from_a_topic_too(doubleloop: Doubleloop, sample_home: Path) -> None:
    topic = doubleloop("topics", "-c", "sample", "--json", home=sample_home).json["topics"][0]["id"]

    drafted = doubleloop("questions", "--topic", topic, "-c", "sample", "--json", home=sample_home)

    assert drafted.code == 0, drafted.err
    assert drafted.json["questions"]


def test_questions_are_printed_as_markdown(doubleloop: Doubleloop, sample_home: Path) -> None:
    problem = "The checklist is ticked and mistakes stay"

    ran = doubleloop("questions", problem, "-c", "sample", "--markdown", home=sample_home)

    assert ran.code == 0, ran.err
    assert "?" in ran.out
    assert "https://" in ran.out


def test_the_demo_loads_asks_and_drafts(doubleloop: Doubleloop) -> None:
    first = doubleloop("demo", "--no-app", "--no-model")
    second = doubleloop("demo", "--no-app", "--no-model")

    assert first.code == 0, first.err
    assert "added now" in first.out
    assert "Questions for an hour" in first.out
    assert "here already" in second.out


def test_help_names_every_command_in_the_docs(doubleloop: Doubleloop) -> None:
    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()

    for name in ("import", "ask", "questions", "topics", "patterns", "evaluate retrieval"):
        assert f"## doubleloop {name}" in page
