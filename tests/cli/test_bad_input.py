"""Bad input is one clear line, exit code 2 or 3, and the store as it was."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Doubleloop
from tests.cli.test_commands import ROWS, write

MANY = [{**row, "id": str(n), "outcome": f"After {n} days."} for n, row in enumerate(ROWS * 2000)]
GOOD = "\n".join(json.dumps(row) for row in MANY).encode()


def _truncated(path: Path) -> None:
    path.write_bytes(gzip.compress(GOOD)[:-200])


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.csv", b"0" * (70 << 20))


_ENTITIES = (
    '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
    "<item><title>&a;</title></item></channel></rss>"
)
BAD: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "empty": ("a.csv", lambda p: p.write_bytes(b""), "empty"),
    "binary": ("a.csv", lambda p: p.write_bytes(bytes(range(256)) * 50), "binary"),
    "truncated gzip": ("a.jsonl.gz", _truncated, "cut off|truncated|incomplete|ends"),
    "no text column": ("a.csv", lambda p: p.write_text("x,y\n1,2\n3,4\n"), "'x', 'y'"),
    "no such file": ("a.csv", Path.exists, "a.csv"),
    "broken lines": ("a.jsonl", lambda p: p.write_text('{"a": \n' * 40), "a.jsonl"),
    "a pipe": ("a.csv", os.mkfifo, "pipe"),
    "a link to itself": ("a.csv", lambda p: p.symlink_to(p.name), "symbolic links"),
    "a zip bomb": ("a.zip", _bomb, "may be a bomb"),
    "entities": ("a.xml", lambda p: p.write_text(_ENTITIES), "declares"),
    "nested ten thousand deep": ("a.json", lambda p: p.write_text('{"a":[' * 10_000), "a.json"),
    "only empty rows": ("a.csv", lambda p: p.write_text("title,text\n,\n,\n"), "a.csv"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_source_that_cannot_be_read_is_one_line_and_costs_nothing(
    doubleloop: Doubleloop, tmp_path: Path, case: str
) -> None:
    name, make, says = BAD[case]
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")
    make(tmp_path / name)

    ran = doubleloop("import", tmp_path / name, "-c", "ward")
    fresh = doubleloop("import", tmp_path / name, "-c", "fresh")
    after = doubleloop("ask", "handover", "-c", "ward", "--json").json

    assert ran.code == 2, ran.err
    assert "Traceback" not in ran.err
    assert len(ran.err.strip().splitlines()) <= 2, ran.err
    assert re.search(says, ran.err), ran.err
    assert len(after["related"]) == 3
    assert fresh.code == 2
    assert not (tmp_path / "home" / "fresh").exists()


def test_a_file_whose_name_is_no_text_is_imported_and_shown(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9\n\x1b[31m.jsonl")
    path.write_bytes(write(tmp_path / "ward.jsonl").read_bytes())

    ran = doubleloop("import", path, "-c", "ward")
    again = doubleloop("import", path, "-c", "ward", "--json").json
    told = doubleloop("imports", "-c", "ward")

    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.out + told.out
    assert again["unchanged"] == 3


def test_another_encoding_is_read_and_said(doubleloop: Doubleloop, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(
        f"Übergabe {n},Die Übergabe fiel für Schwester Nr. {n} aus.\n" for n in range(40)
    )
    path.write_bytes(("title,text\n" + rows).encode("latin-1"))

    told = doubleloop("import", path, "-c", "ward", "--json").json
    asked = doubleloop("ask", "Übergabe", "-c", "ward", "--json").json

    assert told["added"] == 40
    assert "Übergabe" in asked["related"][0]["title"]


def test_a_line_of_200_megabytes_is_skipped_in_bounded_memory(
    doubleloop_process: Doubleloop, tmp_path: Path
) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write(json.dumps(ROWS[0]).encode() + b'\n{"title": "long", "text": "')
        for _ in range(200):
            file.write(b"a" * 1_000_000)
        file.write(b'"}\n' + json.dumps(ROWS[1]).encode() + b"\n")
    report = "import atexit, resource, sys; atexit.register(lambda: sys.stderr.write("
    report += "str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)))"

    short = doubleloop_process("import", write(tmp_path / "s.jsonl"), "-c", "s", before=report)
    ran = doubleloop_process("import", path, "-c", "ward", "--json", before=report)

    assert ran.json["added"] == 2
    assert "long.jsonl" in ran.json["skipped"][0]["where"]
    assert int(ran.err) - int(short.err) < 150_000, "kilobytes: the line was held in memory"


def test_a_missing_model_is_said_with_what_to_do(doubleloop: Doubleloop, tmp_path: Path) -> None:
    source = write(tmp_path / "ward.jsonl")

    encoder = doubleloop("import", source, "-c", "ward", DOUBLELOOP_ENCODER=str(tmp_path / "none"))
    doubleloop("import", source, "-c", "ward")
    chat = doubleloop("questions", "handover", "-c", "ward", "--model", "embedded")

    assert encoder.code == 3, encoder.err
    assert "none" in encoder.err
    assert chat.code == 3, chat.err
    assert "models add" in chat.err


def test_a_full_disk_changes_nothing(
    tmp_path: Path, doubleloop: Doubleloop, doubleloop_process: Doubleloop
) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")
    big = tmp_path / "big.jsonl"
    big.write_bytes(GOOD)
    limit = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (1_000_000, 1_000_000))"

    ran = doubleloop_process("import", big, "-c", "ward", before=limit)
    after = doubleloop("ask", "handover", "-c", "ward", "--json").json

    assert ran.code == 2, ran.err
    assert "no room left" in ran.err
    assert "Traceback" not in ran.err
    assert len(after["related"]) == 3


def test_a_second_import_at_the_same_time_is_told_to_wait(
    doubleloop: Doubleloop, tmp_path: Path
) -> None:
    doubleloop("import", write(tmp_path / "ward.jsonl"), "-c", "ward")
    holder = (
        "import sys, time\nfrom pathlib import Path\nfrom pipeline.store import Store\n"
        "with Store(Path(sys.argv[1]), community='ward') as s, s.database.writing():\n"
        "    print('held', flush=True); time.sleep(60)\n"
    )
    folder = tmp_path / "home" / "ward"
    other = subprocess.Popen(
        [sys.executable, "-c", holder, str(folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        began = time.monotonic()
        ran = doubleloop("import", write(tmp_path / "more.jsonl", ROWS[:1]), "-c", "ward")
        took = time.monotonic() - began
        asked = doubleloop("ask", "handover", "-c", "ward", "--json")
    finally:
        other.kill()
        other.wait()

    assert ran.code == 2, ran.err
    assert "Another doubleloop process" in ran.err
    assert took < 30
    assert len(asked.json["related"]) == 3


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["ask", "x", "-c", "../etc"], "cannot be the name"),
        (["ask", " ", "-c", "ward"], "problem is empty"),
        (["ask", "x", "-c", "ward", "-k", "0"], "k is 0"),
        (["ask", "x", "-c", "ward", "--since", "soon"], "--since soon is not a date"),
        (["ask", "x", "-c", "ward", "--outcome", "nice"], "'nice' is not an outcome"),
        (["ask", "x", "-c", "ward", "--where", "colour=red"], "--where colour="),
        (["import", "{source}", "-c", "ward", "--map", "title"], "--map title"),
        (["import", "{source}", "-c", "ward", "--format", "pigeon"], "pigeon"),
        (["questions", "-c", "ward"], "--topic"),
        (["questions", "x", "-c", "ward", "--topic", "t99"], "topics need|no topic"),
        (["models", "add", "no-such-model"], "no-such-model"),
        (["evaluate", "retrieval", "{folder}"], "no split"),
    ],
)
def test_wrong_usage_is_one_clear_line(
    doubleloop: Doubleloop, tmp_path: Path, args: list[str], says: str
) -> None:
    source = write(tmp_path / "ward.jsonl")
    doubleloop("import", source, "-c", "ward")
    (tmp_path / "folder").mkdir()

    given = [a.format(source=source, folder=tmp_path / "folder") for a in args]
    ran = doubleloop(*given)

    assert ran.code in {1, 2}, ran.err
    assert "Traceback" not in ran.err
    assert re.search(says, ran.err), ran.err
