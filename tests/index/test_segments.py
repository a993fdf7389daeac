"""Segments: few of them, each written seldom, and only those that a change touches."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import faiss
import numpy as np
import pytest

from pipeline.embeddings.tokens import ANALYSER
from pipeline.errors import IndexMismatch, StoreError
from pipeline.index import files as index_files
from pipeline.index.arrays import load_arrays, save_arrays, strings
from pipeline.index.base import IndexRow, RowChange
from pipeline.index.brute_force import BruteForceIndex
from pipeline.index.categories import Categories, coded, united
from pipeline.index.columns import CODED
from pipeline.index.disk_index import JOURNAL_ROWS, DiskIndex
from pipeline.index.entries import entries_of
from pipeline.index.faiss_index import Lists
from pipeline.index.files import checksum
from pipeline.index.merging import LARGEST, groups
from pipeline.index.vectors import Vectors, save_vectors
from pipeline.records import Where
from tests.index.conftest import ENCODER, disk_index, query, rows
from tests.index.test_contract import agree

PORTION = JOURNAL_ROWS + 1


def many(folder: Path, segments: int = 3, kind: str = "flat") -> DiskIndex:
    """An index of several segments."""
    index = disk_index(folder, kind)
    for number in range(segments):
        index.upsert(rows(PORTION, start=number * PORTION, seed=number))
    return index


def test_a_hundred_portions_make_few_segments_and_lose_no_row(tmp_path: Path) -> None:
    sizes: list[int] = []
    for _ in range(100):
        sizes.append(2_048)
        made = groups(sizes)
        assert sorted(place for group in made for place in group) == list(range(len(sizes)))
        sizes = [sum(sizes[place] for place in group) for group in made]
        assert len(sizes) <= 16
    assert sum(sizes) == 100 * 2_048


def test_no_segment_is_larger_than_the_largest() -> None:
    sizes: list[int] = []
    copied = 0
    for _ in range(500):
        made = groups([*sizes, 2_048])
        before = [*sizes, 2_048]
        sizes = [sum(before[place] for place in group) for group in made]
        copied += sum(size for size, group in zip(sizes, made, strict=True) if len(group) > 1)
    assert max(sizes) <= LARGEST
    assert copied <= 3 * 500 * 2_048


def test_several_segments_are_searched_as_one(tmp_path: Path) -> None:
    index = DiskIndex(tmp_path, ENCODER, lists_above=40, compared_below=200)
    reference = BruteForceIndex(ENCODER)
    for each in (index, reference):
        for number in range(3):
            each.upsert(rows(PORTION, start=number * PORTION, seed=number))
    assert all(segment.lists for segment in index.manifest.segments)
    agree(index, reference)
    for each in (index, reference):
        each.upsert(rows(40, start=PORTION - 20, seed=9))
        each.delete(ids=range(0, 1_500, 9))
    agree(index, reference)


def test_rows_that_come_out_of_order_are_found(tmp_path: Path) -> None:
    index, reference = disk_index(tmp_path), BruteForceIndex(ENCODER)
    for each in (index, reference):
        each.upsert(rows(PORTION, start=5_000))
        each.upsert(rows(PORTION, start=1_000, seed=2))
        each.upsert(rows(PORTION, start=1_300, seed=3)[::-1])
    agree(index, reference)


def test_removing_a_row_leaves_the_files_of_other_segments_alone(tmp_path: Path) -> None:
    index = many(tmp_path)
    before = index.manifest.segments
    index.delete(ids=[PORTION + 5])
    after = index.manifest.segments
    assert len(after) == 3
    assert set(before) & set(after) == {before[0], before[2]}


def test_changed_metadata_writes_columns_only(tmp_path: Path) -> None:
    index = many(tmp_path, segments=1)
    (before,) = index.manifest.segments
    index.update_rows([RowChange("e1", outcome="failed", tags=("Night",))])
    assert index.manifest.segments == (before,)
    index.delete(ids=[PORTION - 1])
    index.update_rows([RowChange(f"e{n}", discipline="Mining") for n in range(JOURNAL_ROWS + 1)])
    (after,) = index.manifest.segments
    assert (after.words, after.vectors) == (index.manifest.segments[0].words, after.vectors)
    assert index.count(Where(disciplines=("mining",))) == index.count()
    assert disk_index(tmp_path).count(Where(disciplines=("mining",))) == index.count()


def test_what_is_open_is_taken_over_by_the_next_generation(tmp_path: Path) -> None:
    index = many(tmp_path)
    kept = index.manifest.segments[0].vectors
    index.delete(ids=[PORTION + 5])
    assert kept in index.manifest.files
    (tmp_path / kept).write_bytes(b"")  # what is open stays readable, whatever comes of the file
    index.upsert(rows(1, start=9_000))
    assert index.count() == 3 * PORTION


def test_damage_in_the_middle_of_a_large_file_is_found_by_a_check(tmp_path: Path) -> None:
    index = disk_index(tmp_path)
    index.upsert(rows(9_000))
    path = next(tmp_path.glob("vectors-*"))
    assert path.stat().st_size > 2 * index_files.END
    index.check()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert disk_index(tmp_path).count() == 9_000
    with pytest.raises(StoreError, match=rf"{path.name}.*--rebuild"):
        index.check()


def as_the_first_version(folder: Path, made: list[IndexRow]) -> None:
    """Write rows as the first version did, the second of them removed and the last row first."""
    entries = entries_of(made[::-1], dimension=ENCODER.dimension)
    columns: dict[str, list] = {name: [] for name in CODED}
    codes: dict[str, list[int]] = {name: [] for name in CODED}
    vocabulary: dict[str, int] = {}
    for entry in entries:
        for name in CODED:
            value = getattr(entry.metadata, name)
            if value not in columns[name]:
                columns[name].append(value)
            codes[name].append(columns[name].index(value))
        for term in entry.counts:
            vocabulary.setdefault(term, len(vocabulary))
    alive = np.array([entry.id != made[1].id for entry in entries])
    arrays = {
        "ids": np.array([entry.id for entry in entries]),
        "alive": alive,
        "created": np.array([entry.metadata.created for entry in entries]),
        "term_lengths": np.array([len(entry.counts) for entry in entries]),
        "term_codes": np.array([vocabulary[t] for e in entries for t in e.counts], np.int32),
        "term_counts": np.array([n for e in entries for n in e.counts.values()], np.int32),
    }
    coded_columns = {f"code_{name}": np.array(codes[name], np.int32) for name in CODED}
    folder.mkdir()
    np.savez(folder / "rows-000003.npz", **arrays, **coded_columns)
    (folder / "words-000003.json").write_text(json.dumps({"terms": list(vocabulary), **columns}))
    plain = faiss.IndexFlatIP(ENCODER.dimension)
    plain.add(np.stack([entry.vector for entry in entries]))
    faiss.write_index(plain, str(folder / "vectors-000003.faiss"))
    record = json.dumps({"update": [["e2", 0, None, [], "failed", None, "moved"]]})
    line = f"{zlib.crc32(record.encode()):08x} {record}\n"
    (folder / "journal-000003.jsonl").write_text(line)
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": checksum(path)}
        for path in folder.iterdir()
        if not path.name.startswith("journal")
    }
    known = {
        "encoder": ENCODER.id,
        "revision": ENCODER.revision,
        "dimension": ENCODER.dimension,
        "normalised": True,
        "analyser": ANALYSER,
        "format": 1,
        "generation": 3,
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(known))


def test_an_index_of_the_first_version_is_read_and_goes_on(tmp_path: Path) -> None:
    made = rows(80)
    as_the_first_version(tmp_path / "old", made)
    index, reference = disk_index(tmp_path / "old"), BruteForceIndex(ENCODER)
    reference.upsert([row for row in made if row.id != 1])
    change = RowChange("e2", created=datetime(1970, 1, 1, tzinfo=UTC), source="moved")
    reference.update_rows([replace(change, outcome="failed")])
    agree(index, reference)
    for each in (index, reference):
        each.delete(ids=[5])
    agree(disk_index(tmp_path / "old"), reference)
    assert {path.name[:12] for path in (tmp_path / "old").glob("*-*")} == {
        "rows-000004-",
        "words-000004",
        "vectors-0000",
    }


@pytest.mark.parametrize("pattern", ["rows-*", "words-*", "vectors-*"])
def test_damage_to_an_index_of_the_first_version_is_told(tmp_path: Path, pattern: str) -> None:
    as_the_first_version(tmp_path / "old", rows(20))
    path = next((tmp_path / "old").glob(pattern))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreError, match=rf"{path.name}.*--rebuild"):
        disk_index(tmp_path / "old")


def test_an_index_in_files_of_an_unknown_kind_asks_to_be_rebuilt(tmp_path: Path) -> None:
    disk_index(tmp_path).upsert(rows(6))
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace('"format": 2', '"format": 3'))
    with pytest.raises(IndexMismatch, match="--rebuild"):
        disk_index(tmp_path)


def test_the_manifest_says_what_lists_find(tmp_path: Path) -> None:
    (segment,) = many(tmp_path, segments=1, kind="lists").manifest.segments
    raw = json.loads((tmp_path / "manifest.json").read_text())
    assert raw["segments"][0]["recall"] == segment.recall
    assert 0.98 <= segment.recall <= 1
    assert segment.lists in raw["files"]


def test_a_filter_that_leaves_few_rows_is_exact(tmp_path: Path) -> None:
    index, reference = many(tmp_path, kind="lists"), BruteForceIndex(ENCODER)
    for number in range(3):
        reference.upsert(rows(PORTION, start=number * PORTION, seed=number))
    where = Where(ids=tuple(f"e{number}" for number in range(0, 500, 60)))
    found = index.search(query("nurse radio"), "nurse radio", where=where, k=50)
    expected = reference.search(query("nurse radio"), "nurse radio", where=where, k=50)
    assert [hit.id for hit in found] == [hit.id for hit in expected]


def clustered(count: int) -> np.ndarray:
    """Vectors that lie together, as those of texts do."""
    pick = np.random.default_rng(0)
    centres = pick.standard_normal((40, 48))
    made = centres[pick.integers(40, size=count)] + 0.6 * pick.standard_normal((count, 48))
    vectors: np.ndarray = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return vectors


def test_lists_bring_in_nearly_all_of_the_nearest() -> None:
    vectors = clustered(6_000)
    lists = Lists.of(vectors)
    assert lists is not None
    hits = []
    for problem in vectors[:50] + vectors[50:100]:
        nearest = np.argsort(-(vectors @ problem))[:10]
        slots, _ = lists.candidates(problem, lists.depth(10), allowed=None)
        hits.append(np.isin(nearest, slots).mean())
    assert np.mean(hits) >= 0.96
    assert lists.recall >= 0.96


def test_lists_that_would_miss_too_much_are_not_made() -> None:
    pick = np.random.default_rng(0)
    alike = pick.standard_normal(64) + 0.001 * pick.standard_normal((3_000, 64))
    alike /= np.linalg.norm(alike, axis=1, keepdims=True)
    assert Lists.of(alike.astype(np.float32)) is None


def test_lists_let_only_allowed_slots_through() -> None:
    vectors = clustered(2_000)
    lists = Lists.of(vectors)
    assert lists is not None
    allowed = np.arange(2_000) % 5 == 0
    slots, _ = lists.candidates(vectors[3], 50, allowed=allowed)
    assert len(slots)
    assert (slots % 5 == 0).all()


def test_a_file_that_holds_no_lists_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lists.faiss"
    path.write_bytes(b"not lists")
    with pytest.raises(ValueError, match="faiss"):
        Lists.load(path, recall=1.0, deeper=3)


def test_vectors_read_one_by_one_are_those_that_were_saved(tmp_path: Path) -> None:
    made = np.random.default_rng(2).standard_normal((5_000, 7)).astype(np.float32)
    path = tmp_path / "vectors.npy"
    save_vectors(path, [made[:10], made[10:]], rows=5_000, dimension=7)
    vectors = Vectors.load(path, dimension=7)
    for slots in (np.array([4_999, 0, 0]), np.arange(5_000), np.array([], dtype=np.int64)):
        assert np.array_equal(vectors.at(slots), made[slots])
    with pytest.raises(ValueError, match="shape"):
        Vectors.load(path, dimension=8)


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "arrays.arrow"
    made = {"numbers": np.arange(5, dtype=np.uint64), "none": np.empty(0, dtype=np.int32)}
    save_arrays(path, {**made, "names": strings([None, "é", ""])})
    found = load_arrays(path)
    assert all(np.array_equal(found[name], made[name]) for name in made)
    assert found["names"].to_pylist() == [None, "é", ""]
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"\w"):
        load_arrays(path)


def test_values_are_found_whether_stored_or_added_later() -> None:
    values = ["b", None, "é", "a", "Z", "b"]
    stored, codes = coded(values)
    assert [stored.value(code) for code in codes] == values
    assert stored.code("new") == stored.code("new") == 5
    assert stored.lookup(["new", None, "nobody"]).tolist() == [True, *[False] * 4, True]
    lots = [f"x{number}" for number in range(100)]
    assert stored.lookup([*lots, "é", "new"]).tolist() == [False] * 4 + [True] * 2
    assert Categories().lookup([*lots, None]).tolist() == []


def test_values_that_no_row_has_are_left_out_of_what_is_united() -> None:
    stored, codes = coded(["a", "b", None, "c"])
    joined, numbers = united([(stored, codes[1:3]), (Categories(), codes[:0]), coded(["d"])])
    assert joined.values().to_pylist() == [None, "b", "d"]
    assert [joined.value(code) for code in numbers] == ["b", None, "d"]
