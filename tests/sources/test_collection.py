"""A folder of many kinds is read part by part, each with what knows it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from pipeline.records import Document
from pipeline.sources.base import ReadOptions
from pipeline.sources.registry import recognise
from tests.sources.conftest import Made

TOPIC = {
    "id": 7,
    "title": "Pumps",
    "post_stream": {"posts": [{"post_number": 1, "username": "ada", "cooked": "<p>It broke.</p>"}]},
}


def mixed(made: Made) -> Path:
    made.file("all/README.md", "What these files are.")
    made.file("all/LICENSE", "Do what you like.")
    made.file("all/forum/topics.json", json.dumps(TOPIC))
    made.file("all/tables/a.csv", "id,title,what happened\n1,Fire,The alarm was off.\n")
    made.file("all/tables/b.csv", "id,title,what happened\n1,Flood,The drain was shut.\n")
    made.file("all/pages/one.md", "# One\n\nA page with words.")
    made.file("all/broken.json", '{"a": ')
    made.file("all/noise.bin", bytes(range(256)) * 40)
    return made.folder / "all"


def test_every_part_is_read_with_what_knows_it(made: Made) -> None:
    parts: list[tuple[str, str]] = []
    options = ReadOptions(part=lambda where, name: parts.append((where, name)))
    documents, skipped = made.read(mixed(made), "collection", options)

    assert {document.title for document in documents} == {"Pumps", "Fire", "Flood", "One"}
    assert dict(parts)["tables/a.csv"] == "csv"
    assert "discourse" in dict(parts).values()
    left = {one.where: one.reason for one in skipped}
    assert left["README.md"] == "describes the files beside it"
    assert left["LICENSE"] == "terms of use"
    assert "binary" in left["noise.bin"]
    assert "broken.json" in left


def test_rows_of_two_tables_with_the_same_ids_stay_apart(made: Made) -> None:
    documents, _ = made.read(mixed(made), "collection")
    keys = [document.key for document in documents]

    assert len(set(keys)) == len(keys)
    assert {"tables/a.csv:1", "tables/b.csv:1"} <= set(keys)


def test_locators_say_where_in_the_folder_a_document_stood(made: Made) -> None:
    documents, _ = made.read(mixed(made), "collection")
    origins = {document.title: document.origin for document in documents}

    assert origins["Fire"] == "tables/a.csv:2"
    assert origins["One"] == "pages/one.md"
    assert origins["Pumps"].startswith("discourse:topic/7")


def test_an_archive_in_a_folder_is_looked_into(made: Made) -> None:
    path = made.file("box/one.txt", "A plain page with some words.").parent
    with zipfile.ZipFile(path / "inner.zip", "w") as packed:
        packed.writestr("topics.json", json.dumps(TOPIC))

    documents, _ = made.read(path, "collection")

    assert {document.title for document in documents} == {"one", "Pumps"}


def test_a_part_that_is_cut_off_does_not_stop_the_others(made: Made) -> None:
    path = mixed(made)
    whole = made.packed("all/zz.jsonl.gz", '{"title": "x", "text": "y"}\n' * 2000)
    whole.write_bytes(whole.read_bytes()[:-9])

    documents, skipped = made.read(path, "collection")

    assert "Pumps" in {document.title for document in documents}
    assert any(one.where.startswith("zz.jsonl.gz") for one in skipped)


def test_a_link_out_of_the_folder_is_left(made: Made, tmp_path: Path) -> None:
    path = mixed(made)
    (tmp_path / "secret.md").write_text("# Secret")
    (path / "pages" / "link.md").symlink_to(tmp_path / "secret.md")
    (path / "loop").symlink_to(path)

    documents, skipped = made.read(path, "collection")

    assert "Secret" not in {document.title for document in documents}
    assert {"loop"} <= {one.where for one in skipped}


def test_a_folder_that_is_one_export_is_recognised_as_that(made: Made) -> None:
    made.file("forum/a.json", json.dumps(TOPIC))

    assert recognise(made.folder / "forum").name == "discourse"
    assert recognise(mixed(made)).name == "collection"


def test_the_same_folder_gives_the_same_documents_again(made: Made) -> None:
    path = mixed(made)
    first, _ = made.read(path, "collection")
    second, _ = made.read(path, "collection")

    assert [d.content_hash for d in first] == [d.content_hash for d in second]
    assert all(isinstance(document, Document) for document in first)
