"""Files of every kind are read as lines, or refused with the reason and the place."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.reading.files import Line, files_below, look_at, read_lines, read_text


def texts(path: Path, **options: int) -> list[str]:
    return [line.text for line in read_lines(path, **options) if isinstance(line, Line)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a\nb", ["a\n", "b"]),
        ("a\r\nb\r\n", ["a\r\n", "b\r\n"]),
        ("a\rb", ["a\r", "b"]),
        ("\ufeffçé\n", ["çé\n"]),
    ],
    ids=["no last line end", "CRLF", "old Mac", "BOM"],
)
def test_lines_keep_their_ends_and_lose_the_mark_of_the_encoding(made, content, expected) -> None:
    assert texts(made.file("a.txt", content)) == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(made, encoding) -> None:
    assert texts(made.file("a.txt", "naïve\nø\n".encode(encoding))) == ["naïve\n", "ø\n"]


def test_latin_1_is_recognised_and_told(made) -> None:
    told: list[str] = []
    path = made.file("a.csv", ("Der Kühler fiel während der Prüfung aus; " * 20).encode("latin-1"))

    lines = [line.text for line in read_lines(path, notice=told.append) if isinstance(line, Line)]

    assert "Kühler fiel während der Prüfung" in lines[0]
    assert "not UTF-8" in told[0]


def test_a_stray_byte_far_into_a_utf_8_file_costs_no_other_line(made) -> None:
    path = made.file("a.txt", "grün\n".encode() * 60_000 + b"caf\xe9\n" + "grün\n".encode())

    lines = texts(path)

    assert lines[-2:] == ["café\n", "grün\n"]
    assert lines[0] == "grün\n"


def test_gzip_is_told_by_its_content_not_its_name(made) -> None:
    assert texts(made.packed("plain.csv", "a\nb\n")) == ["a\n", "b\n"]
    assert texts(made.file("not.gz", "a\n")) == ["a\n"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"a\0b", "binary"),
        (bytes(range(1, 32)) * 9, "binary"),
        (b"PK\x03\x04rest", "zip archive"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_not_text_is_refused_with_the_reason(made, content, why) -> None:
    path = made.file("given.csv", content)

    with pytest.raises(UnreadableSource, match=why):
        list(read_lines(path))


def test_a_missing_path_and_a_folder_are_refused(tmp_path) -> None:
    with pytest.raises(UnreadableSource, match="no file"):
        list(read_lines(tmp_path / "nowhere"))
    with pytest.raises(UnreadableSource, match="is a folder"):
        list(read_lines(tmp_path))


def test_a_truncated_gzip_gives_what_is_whole_and_then_the_line_it_reached(made) -> None:
    whole = gzip.compress(b"".join(b"line %d %x\n" % (i, i * i) for i in range(200_000)))
    lines = read_lines(made.file("cut.gz", whole[: len(whole) // 2]))
    seen = [next(lines) for _ in range(1000)]

    assert seen[999] == Line(1000, "line 999 f3a71\n")
    with pytest.raises(UnreadableSource, match=r"ends early .* line [1-9]\d+ is the last"):
        list(lines)


def test_a_damaged_gzip_is_refused(made) -> None:
    packed = bytearray(gzip.compress(b"some text that is long enough to be packed\n" * 99))
    packed[-6] ^= 0xFF

    with pytest.raises(UnreadableSource, match="damaged gzip"):
        list(read_lines(made.file("bad.gz", bytes(packed))))


def test_a_line_too_long_is_skipped_with_its_number_and_the_rest_is_read(made) -> None:
    path = made.file("a.txt", "one\n" + "x" * 500 + "\nthree\n")

    lines = list(read_lines(path, longest=100))

    assert lines[0] == Line(1, "one\n")
    assert lines[1] == Skipped("a.txt:2", "the line is longer than 100 characters")
    assert lines[2] == Line(3, "three\n")


def test_a_bomb_of_one_line_stays_in_bounded_memory(made) -> None:
    path = made.file("bomb.gz", gzip.compress(b"a" * 60_000_000 + b"\nend\n"))
    tracemalloc.start()

    lines = list(read_lines(path, longest=1_000_000))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines[1] == Line(2, "end\n")
    assert peak < 12_000_000


def test_a_file_beyond_the_bound_is_not_read_whole(made) -> None:
    path = made.file("page.md", "line\n" * 100)

    assert read_text(path, longest=50) == Skipped(
        "page.md", "the file is longer than 50 characters"
    )


def test_links_that_leave_the_folder_are_skipped_and_told(made, tmp_path) -> None:
    secret = made.file("secret.md", "secret")
    made.file("in/page.md", "page")
    (tmp_path / "in/out.md").symlink_to(secret)
    (tmp_path / "in/up").symlink_to(tmp_path)

    found = list(files_below(tmp_path / "in"))

    assert [f.name for f in found if isinstance(f, Path)] == ["page.md"]
    assert {f.where for f in found if isinstance(f, Skipped)} == {"out.md", "up"}


def test_hidden_files_are_left_alone(made, tmp_path) -> None:
    made.file("in/.git/config", "x")
    made.file("in/page.md", "x")

    assert look_at(tmp_path / "in").names == ("page.md",)


def test_an_empty_folder_is_refused(tmp_path) -> None:
    with pytest.raises(UnreadableSource, match="holds no files"):
        look_at(tmp_path)
