"""From the command line: what an import would do, what it did, and taking it back."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.sources.registry import connectors
from tests.cli.conftest import Doubleloop
from tests.cli.test_commands import ROWS, write


def test_a_dry_run_tells_what_was_recognised_and_keeps_nothing(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    rows = [*ROWS, {"id": "4", "title": "Nothing here"}]
    source = write(tmp_path / "ward.jsonl", rows)

    told = doubleloop("import", source, "-c", "ward", "--dry-run")
    there = doubleloop("imports", "-c", "ward")

    assert told.code == 0, told.err
    for said in ("JSON lines", "Would add 3", "nursing 2", "2015-01-01 to 2020-01-01", "sample 3"):
        assert said in " ".join(told.out.split())
    assert "1 record was left out" in told.out
    assert there.code == 1
    assert "no community" in there.err


def test_a_zip_with_a_mixed_folder_tells_each_part(doubleloop: Doubleloop, tmp_path: Path) -> None:
    write(tmp_path / "ward.jsonl")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.write(tmp_path / "ward.jsonl", "all/ward.jsonl")
        packed.writestr("all/page.md", "# A page\n\nWith some words about wards.")
        packed.writestr("all/photo.jpg", "x")

    told = doubleloop("import", tmp_path / "all.zip", "-c", "ward", "--json").json

    assert {part["connector"]: part["documents"] for part in told["parts"]} == {
        "jsonl": 3,
        "markdown": 1,
    }
    assert told["skipped"][0]["where"] == "1 .jpg files"
    assert told["skipped_reasons"]
    assert told["run"] == 1


def test_an_import_is_listed_and_undone_by_its_number(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")

    (before,) = doubleloop("imports", "-c", "ward", "--json").json["imports"]
    undone = doubleloop("imports", "--undo", str(before["run"]), "-c", "ward")
    (after,) = doubleloop("imports", "-c", "ward", "--json").json["imports"]
    asked = doubleloop("ask", "night handover", "-c", "ward")
    again = doubleloop("imports", "--undo", str(before["run"]), "-c", "ward")

    assert (before["added"], before["can_undo"], before["undone"]) == (3, True, None)
    assert undone.code == 0, undone.err
    assert after["undone"]
    assert asked.code == 1
    assert again.code == 2
    assert "undone already" in again.err


def test_people_are_hidden_unless_asked_otherwise(doubleloop: Doubleloop, tmp_path: Path) -> None:
    row = {"id": "1", "title": "Pumps", "text": "Ask ada@example.org.", "author": "Ada Lovelace"}
    source = write(tmp_path / "ward.jsonl", [row])

    hidden = doubleloop("import", source, "-c", "ward", "--dry-run", "--json").json
    shown = doubleloop(
        "import", source, "-c", "ward", "--keep-names", "--keep-contacts", "--dry-run", "--json"
    ).json

    assert hidden["samples"][0]["text"] == "Ask [e-mail address]."
    assert hidden["samples"][0]["author"].startswith("member-")
    assert hidden["redacted"] == {"e-mail address": 1}
    assert shown["samples"][0]["text"] == "Ask ada@example.org."
    assert shown["samples"][0]["author"] == "Ada Lovelace"


def test_a_mapping_is_saved_for_next_time(doubleloop: Doubleloop, tmp_path: Path) -> None:
    table = tmp_path / "odd.csv"
    table.write_text("Nr,Kop,Verhaal\n1,Pomp,De pomp ging stuk.\n")
    first = doubleloop("import", table, "-c", "ward", "--map", "Verhaal=situation", "--json").json
    table.write_text("Nr,Kop,Verhaal\n1,Pomp,De pomp is gemaakt.\n")

    again = doubleloop("import", table, "-c", "ward", "--json").json

    assert first["added"] == 1
    assert again["experiences"] == 1
    assert again["samples"][0]["text"] == "De pomp is gemaakt."


def test_every_format_is_listed_with_its_word(doubleloop: Doubleloop) -> None:
    listed = doubleloop("formats", "--json").json["formats"]
    shown = doubleloop("formats").out

    assert [one["name"] for one in listed] == [one.name for one in connectors()]
    assert all(one["name"] in shown for one in listed)


@pytest.fixture
def forum() -> Iterator[str]:
    """The address of a forum of one topic on this machine."""
    post = {"id": 11, "post_number": 1, "username": "ada", "cooked": "<p>The pump leaks.</p>"}
    topic = {
        "id": 1,
        "title": "Leaking pump",
        "slug": "leak",
        "posts_count": 1,
        "post_stream": {"posts": [post], "stream": [11]},
    }
    pages = {
        "/latest.json": {"topic_list": {"topics": [{"id": 1, "bumped_at": "2020-01-01"}]}},
        "/t/1.json": topic,
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = pages.get(self.path.partition("?")[0])
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(found or {}).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_forum_is_imported_by_its_address(doubleloop: Doubleloop, forum: str) -> None:
    told = doubleloop("import", forum, "-c", "ward", "--json")
    again = doubleloop("import", forum, "-c", "ward", "--json")

    assert told.code == 0, told.err
    assert (told.json["connector"], told.json["added"]) == ("discourse", 1)
    assert told.json["samples"][0]["origin"] == f"{forum}/t/leak/1"
    assert again.json["unchanged"] == 1


def test_a_place_that_does_not_answer_is_one_clear_line(doubleloop: Doubleloop) -> None:
    told = doubleloop("import", "http://127.0.0.1:9", "-c", "ward")

    assert told.code in {2, 3}
    assert "Traceback" not in told.err
    assert len(told.err.strip().splitlines()) <= 2


DUMP = """<?xml version="1.0" encoding="utf-8"?>
<posts>
  <row Id="1" PostTypeId="1" CreationDate="2020-01-01T00:00:00" Score="2" Title="Leaking pump"
       Body="&lt;p&gt;The pump leaks.&lt;/p&gt;" />
  <row Id="2" PostTypeId="1" CreationDate="2020-02-01T00:00:00" Score="1" Title="Pump leaks again"
       Body="&lt;p&gt;It leaks again.&lt;/p&gt;" />
</posts>
"""
DUPLICATE = """<?xml version="1.0" encoding="utf-8"?>
<postlinks>
  <row Id="9" CreationDate="2020-02-02T00:00:00" PostId="2" RelatedPostId="1" LinkTypeId="3" />
</postlinks>
"""


def test_an_experience_is_shown_with_what_it_is_a_duplicate_of(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    site = tmp_path / "pumps.example.org"
    site.mkdir()
    (site / "Posts.xml").write_text(DUMP)
    (site / "PostLinks.xml").write_text(DUPLICATE)
    told = doubleloop("import", site, "-c", "ward", "--json").json
    ids = {one["title"]: one["id"] for one in told["samples"]}

    shown = doubleloop("show", ids["Pump leaks again"], "-c", "ward")
    written = doubleloop("show", ids["Pump leaks again"], "-c", "ward", "--json").json

    assert "It leaks again." in shown.out
    assert f"duplicate: Leaking pump [{ids['Leaking pump']}]" in " ".join(shown.out.split())
    assert [link["kind"] for link in written["links"]] == ["duplicate"]
    assert doubleloop("show", "e0", "-c", "ward").code == 1
