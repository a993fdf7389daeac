"""The index on disk: what was acknowledged is there again, whatever happened in between."""

from __future__ import annotations

import json
import multiprocessing
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.embeddings.words import WordCountEncoder
from pipeline.errors import IndexMismatch, InputError, StoreError, StoreFull
from pipeline.index.base import IndexRow, RowChange
from pipeline.index.brute_force import BruteForceIndex
from pipeline.index.disk_index import JOURNAL_ROWS, DiskIndex
from pipeline.index.manifest import read_manifest
from pipeline.index.registry import open_index
from pipeline.records import Where
from tests.index.conftest import ENCODER, disk_index, query, rows
from tests.index.test_contract import agree, same

KINDS = ["flat", "lists"]
DATES = st.none() | st.datetimes(
    min_value=datetime(2019, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    max_value=datetime(2023, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def filled(folder: Path, kind: str = "flat", count: int = 60) -> DiskIndex:
    index = disk_index(folder, kind)
    index.upsert(rows(count))
    return index


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


def journal(folder: Path) -> Path:
    return next(folder.glob("journal-*"))


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_there_again_after_closing(folder: Path, kind: str) -> None:
    reference = BruteForceIndex(ENCODER)
    index = disk_index(folder, kind)
    for each in (index, reference):
        each.upsert(rows(90))
        each.delete(ids=range(0, 30, 3))
        each.upsert(rows(12, start=80, seed=5))
        each.update_rows([RowChange("e10", outcome="failed", tags=("IT",))])
    index.close()
    agree(disk_index(folder, kind), reference)


def test_small_changes_go_to_the_journal_and_large_ones_to_a_new_generation(folder: Path) -> None:
    index = disk_index(folder)
    index.upsert(rows(3))
    assert index.manifest.generation == 1
    index.upsert(rows(JOURNAL_ROWS))
    assert index.manifest.generation == 2
    assert not list(folder.glob("journal-*"))


def test_old_generations_are_cleared_away(folder: Path) -> None:
    index = filled(folder)
    index.delete(ids=[1])
    index.delete(ids=[2])
    assert names(folder) == {"manifest.json", *index.manifest.files}


def test_words_and_vectors_of_removed_rows_leave_the_disk(folder: Path) -> None:
    index = disk_index(folder)
    secret = query("xylophone")
    index.upsert([IndexRow(7, "withdrawn-one", secret, "xylophone", author="somebody")])
    index.upsert(rows(3))
    index.delete(ids=[7])
    everything = b"".join((folder / name).read_bytes() for name in names(folder))
    for trace in (b"xylophon", b"withdrawn-one", b"somebody", secret.tobytes()):
        assert trace not in everything


def test_lists_keep_nothing_of_removed_rows_either(folder: Path) -> None:
    index = filled(folder, "lists")
    gone = rows(60)[11].vector
    index.delete(ids=[11])
    assert index.manifest.count == 59
    assert gone.tobytes() not in next(folder.glob("vectors-*")).read_bytes()


def test_a_record_torn_by_a_crash_is_dropped(folder: Path) -> None:
    filled(folder, count=6)
    whole = journal(folder).read_bytes()
    journal(folder).write_bytes(whole + whole[: len(whole) // 2])
    index = disk_index(folder)
    assert index.ids() == set(range(6))
    index.upsert(rows(2, start=50))
    assert disk_index(folder).ids() == {*range(6), 50, 51}


def test_a_damaged_record_before_the_last_is_an_error(folder: Path) -> None:
    filled(folder, count=6).upsert(rows(2, start=50))
    text = journal(folder).read_bytes()
    journal(folder).write_bytes(text.replace(b"upsert", b"upsort", 1))
    with pytest.raises(StoreError, match=r"journal.*--rebuild"):
        disk_index(folder)


def test_files_that_a_crash_left_behind_do_no_harm(folder: Path) -> None:
    filled(folder)
    (folder / "rows-000002.npz").write_bytes(b"half")
    (folder / "vectors-000002.faiss.tmp").write_bytes(b"half")
    (folder / "manifest.json.tmp").write_text("{")
    index = disk_index(folder)
    assert index.count() == 60
    index.delete(ids=[0])
    assert names(folder) == {"manifest.json", *index.manifest.files}


def test_a_journal_of_an_older_generation_is_not_read(folder: Path) -> None:
    index = filled(folder, count=6)
    old = journal(folder).read_bytes()
    index.delete(ids=[0])
    (folder / "journal-000001.jsonl").write_bytes(old)
    assert disk_index(folder).ids() == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("pattern", ["rows-*", "words-*", "vectors-*"])
@pytest.mark.parametrize("harm", ["missing", "shortened", "altered"])
def test_a_damaged_file_is_named_with_the_way_out(folder: Path, pattern: str, harm: str) -> None:
    filled(folder).delete(ids=[0])
    path = next(folder.glob(pattern))
    content = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-9] if harm == "shortened" else content[:-1] + b"\x00}")
    with pytest.raises(StoreError, match=rf"{path.name}.*doubleloop index --rebuild"):
        disk_index(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', '{"files": {}}'])
def test_a_damaged_manifest_is_an_error(folder: Path, text: str) -> None:
    filled(folder)
    (folder / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match=r"manifest\.json.*--rebuild"):
        disk_index(folder)


def test_rebuilding_starts_empty_whatever_the_folder_holds(folder: Path) -> None:
    filled(folder)
    (folder / "manifest.json").write_text("{")
    (folder / "mine.txt").write_text("keep")
    assert open_index(folder, ENCODER, rebuild=True).count() == 0
    assert (folder / "mine.txt").exists()


def test_another_encoder_is_refused_by_name(folder: Path) -> None:
    filled(folder)
    with pytest.raises(IndexMismatch, match=r"words-64.*words-512.*--rebuild"):
        open_index(folder, WordCountEncoder())


def test_an_index_whose_words_were_counted_otherwise_is_refused(folder: Path) -> None:
    filled(folder)
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace("porter2", "porter1"))
    with pytest.raises(IndexMismatch, match="--rebuild"):
        disk_index(folder)


def test_a_snapshot_of_another_encoder_is_refused(folder: Path, tmp_path: Path) -> None:
    filled(folder).snapshot(tmp_path / "copy")
    other = DiskIndex(tmp_path / "other", WordCountEncoder())
    with pytest.raises(IndexMismatch, match="words-512"):
        other.restore(tmp_path / "copy")


def test_a_snapshot_does_not_overwrite(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not empty"):
        filled(folder).snapshot(folder)


def test_the_manifest_says_what_scores_mean(folder: Path) -> None:
    index = filled(folder)
    index.delete(ids=[0])
    raw = json.loads((folder / "manifest.json").read_text())
    assert raw["count"] == 59
    assert (raw["encoder"], raw["dimension"], raw["normalised"]) == ("words-64", 64, True)
    assert "higher is nearer" in raw["meaning"]
    assert read_manifest(folder) == index.manifest


def test_what_another_index_object_commits_is_seen_at_the_next_search(folder: Path) -> None:
    reader = filled(folder)
    writer = disk_index(folder)
    writer.upsert(rows(3, start=100))
    assert reader.count() == 63
    writer.delete(ids=range(50))
    assert reader.count() == 13
    assert len(reader.search(query("fire"), "fire", k=50)) == 13


def test_two_writers_lose_nothing_of_each_other(folder: Path) -> None:
    one, two = disk_index(folder), disk_index(folder)
    for number in range(5):
        one.upsert(rows(2, start=number * 10))
        two.upsert(rows(2, start=number * 10 + 5))
        two.delete(ids=[number * 10])
    assert one.ids() == two.ids() == disk_index(folder).ids()
    assert one.count() == 15


def test_searching_while_others_write_never_fails(folder: Path) -> None:
    index = filled(folder)
    found: list[int] = []

    def look() -> None:
        found.extend(len(index.search(query("fire"), "fire", k=5)) for _ in range(60))

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(15):
        index.upsert(rows(1, start=200 + number))
    for thread in threads:
        thread.join()
    assert len(found) == 180
    assert min(found) >= 5


def _write_until_killed(folder: Path, acknowledged: object) -> None:
    index = DiskIndex(folder, ENCODER)
    for number in range(10_000):
        index.upsert(rows(1, start=number))
        if number % 7 == 3:
            index.delete(ids=[number - 1])
        acknowledged.put(number)  # type: ignore[attr-defined]


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(folder: Path) -> None:
    context = multiprocessing.get_context("fork")
    acknowledged = context.Queue()
    writer = context.Process(target=_write_until_killed, args=(folder, acknowledged))
    writer.start()
    last = 0
    while last < 25:
        last = acknowledged.get(timeout=60)
    writer.kill()
    writer.join()
    there = disk_index(folder).ids()
    expected = set(range(last + 1)) - {n - 1 for n in range(last + 1) if n % 7 == 3}
    assert expected - there <= {last}
    assert there <= set(range(last + 40))


def test_an_index_that_was_removed_is_served_from_memory_until_it_is_back(folder: Path) -> None:
    reader = filled(folder)
    rebuilt = open_index(folder, ENCODER, rebuild=True)
    assert reader.count() == 0
    rebuilt.upsert(rows(4))
    assert reader.count() == 4
    for path in folder.iterdir():
        path.unlink()
    assert reader.count() == 4
    reader.upsert(rows(1))
    assert disk_index(folder).ids() == {0}


@pytest.mark.parametrize("step", [100, 3000])
def test_a_full_disk_loses_nothing_that_was_acknowledged(small_disk: Path, step: int) -> None:
    index = disk_index(small_disk / "index")
    acknowledged: list[int] = []

    def fill() -> None:
        for start in range(0, 100_000, step):
            index.upsert(rows(step, start=start))
            acknowledged.append(step)

    with pytest.raises(StoreFull, match="Free some space"):
        fill()
    assert index.count() == sum(acknowledged)
    assert disk_index(small_disk / "index").count() == sum(acknowledged)
    assert not list((small_disk / "index").glob("*.tmp"))


def test_the_brute_index_can_be_asked_for_by_name(folder: Path) -> None:
    index = open_index(folder, ENCODER, kind="brute")
    index.upsert(rows(3))
    assert index.count() == 3
    assert not folder.exists()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[DiskIndex, BruteForceIndex]:
    """An index and its reference with the same 150 rows."""
    index = disk_index(tmp_path_factory.mktemp("pair") / "index")
    reference = BruteForceIndex(ENCODER)
    for each in (index, reference):
        each.upsert(rows(150))
    return index, reference


wheres = st.builds(
    Where,
    since=DATES,
    until=DATES,
    before=DATES,
    disciplines=st.lists(st.sampled_from(["nursing", "AVIATION", "éducation", "x"])).map(tuple),
    tags=st.lists(st.sampled_from(["safety", "Training", "it", "x"])).map(tuple),
    outcomes=st.lists(st.sampled_from(["worked", "failed", "unknown", "partly"])).map(tuple),
    authors=st.lists(st.sampled_from(["robin", "kim", "x"])).map(tuple),
    sources=st.lists(st.sampled_from(["", "forum"])).map(tuple),
    ids=st.none() | st.lists(st.integers(0, 60).map("e{}".format), max_size=40).map(tuple),
    not_ids=st.lists(st.integers(0, 60).map("e{}".format), max_size=40).map(tuple),
    nothing=st.sampled_from([False, False, False, True]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(where=wheres, k=st.integers(1, 40), problem=st.sampled_from(["fire", "nurse backup", "x"]))
def test_any_filter_gives_what_the_reference_gives(
    pair: tuple[DiskIndex, BruteForceIndex], where: Where, k: int, problem: str
) -> None:
    index, reference = pair
    assert index.count(where) == reference.count(where)
    expected = reference.search(query(problem), problem, where=where, k=k)
    same(index.search(query(problem), problem, where=where, k=k), expected)
