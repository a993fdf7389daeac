"""A shelf gives groups back whole, in the order they came, in memory or on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.reading.meter import measuring, metered, size_of
from pipeline.sources.reading.shelf import Shelf


@given(
    st.lists(st.tuples(st.sampled_from("abcdé"), st.integers(-5, 5)), max_size=40),
    st.integers(0, 20),
)
def test_groups_are_the_same_on_disk_and_in_memory(
    records: list[tuple[str, int]], in_memory: int
) -> None:
    expected: dict[str, list[int]] = {}
    for group, value in records:
        expected.setdefault(group, []).append(value)

    with Shelf(in_memory=in_memory) as shelf:
        for group, value in records:
            shelf.add(group, value)
        assert dict(shelf.groups()) == expected
        assert list(dict(shelf.groups())) == list(expected)
        assert len(shelf) == len(records)
        assert shelf.group("nobody") == []


def test_a_shelf_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with Shelf(in_memory=1) as shelf:
        for number in range(10):
            shelf.add("g", {"n": number})
        assert [r["n"] for r in shelf.group("g")] == list(range(10))
        assert list(tmp_path.iterdir())

    assert not list(tmp_path.iterdir())


def test_what_is_read_counts_for_the_meter(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 3000)
    (tmp_path / "b").write_bytes(b"x" * 1000)

    with measuring(tmp_path) as meter:
        with metered(tmp_path / "b") as raw:
            raw.readall()
        assert (meter.total, meter.share) == (4000, 0.25)
    assert size_of(tmp_path / "a") == 3000
