"""Broken and hostile inputs end in documents or in one clear line, for every connector."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from pipeline.errors import NothingFound
from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.base import ReadOptions
from pipeline.sources.registry import connectors

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def fuzzing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    """The parts of the command, and a place for what they write."""
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks.fuzzing import check, inputs, mutate, seeds

    for name in ("given", "tmp"):
        (tmp_path / name).mkdir()
    return SimpleNamespace(check=check, inputs=inputs, mutate=mutate, seeds=seeds, place=tmp_path)


def test_every_connector_has_seeds_that_it_recognises_and_reads(fuzzing) -> None:
    for connector in connectors():
        seen = 0
        for number, seed in enumerate(fuzzing.seeds.seeds_of(connector.name)):
            place = fuzzing.place / f"{connector.name}-{number}"
            place.mkdir()
            told = fuzzing.check.Told()
            path = seed.write(place)
            fuzzing.check.readings(partial(connector.read, path, ReadOptions()), told)
            seen += told.documents
        assert seen, f"no seed of {connector.name} gives a document"


def test_the_same_seed_gives_the_same_inputs(fuzzing) -> None:
    for name in fuzzing.seeds.SEEDS:
        made = [
            [fuzzing.mutate.mutated(one, fuzzing.seeds.seeds_of("csv"), rng) for one in seeds]
            for seeds, rng in ((fuzzing.seeds.seeds_of(name), Random(7)) for _ in range(2))
        ]
        assert made[0] == made[1], name


def test_two_thousand_inputs_break_nothing(tmp_path) -> None:
    out = tmp_path / "fuzz.json"
    ran = subprocess.run(
        [sys.executable, "benchmarks/fuzz.py", "--inputs", "2000", "--seed", "7", "--jobs", "2",
         "--out", str(out), "--keep", str(tmp_path / "kept")],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    told = {shard["name"]: shard for shard in json.loads(out.read_text())}
    assert set(told) == {one.name for one in connectors()} | {"all"}
    assert told["all"]["inputs"] >= 2000
    assert all(shard["documents"] and shard["errors"] + shard["skipped"] for shard in told.values())


# --- the fuzzing itself can fail ----------------------------------------------------------


class Faulty:
    """A connector that does what none may."""

    name = "faulty"

    def __init__(self, fault: str) -> None:
        self._fault = fault

    def read(self, path: Path, options: ReadOptions) -> Iterator[object]:
        sound = Document("k", "t", (SourcePart("body", "words"),), "o")
        if self._fault == "raises":
            raise KeyError(path.name)
        if self._fault == "another error of ours":
            raise NothingFound("nothing")
        if self._fault == "writes":
            (Path(__file__).parent / "written-by-fault.txt").open("w").close()
        if self._fault == "leaves a file":
            (path.parents[1] / "tmp" / "left").write_text("x")
        yield {
            "no record": "a text",
            "no key": Document("", "t", sound.parts, "o"),
            "no parts": Document("k", "t", (), "o"),
            "half a character": Document("k", "t", (SourcePart("body", "\ud800"),), "o"),
            "no reason": Skipped("there", ""),
        }.get(self._fault, sound)
        if self._fault == "one key twice":
            yield sound


@pytest.mark.parametrize(
    "fault",
    ["raises", "another error of ours", "leaves a file", "no record", "no key", "no parts",
     "half a character", "no reason", "one key twice"],
)  # fmt: skip
def test_what_no_connector_may_do_is_found(fuzzing, fault) -> None:
    held = fuzzing.inputs.one("a.csv", "id,text\n1,words\n")

    assert isinstance(
        fuzzing.check.check(held, Faulty("nothing"), fuzzing.place, Random(1)), fuzzing.check.Told
    )
    assert isinstance(
        fuzzing.check.check(held, Faulty(fault), fuzzing.place, Random(1)), fuzzing.check.Failure
    )


def test_a_write_and_a_link_out_of_the_folder_are_found(fuzzing, tmp_path) -> None:
    watch = fuzzing.check.Watch()
    watch.place = str(tmp_path / "in")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to("/etc/passwd")

    for event, given, broken in (
        ("open", (str(tmp_path / "in" / "a"), "r", 0), False),
        ("open", ("/etc/hosts", "r", 0), False),
        ("open", (str(tmp_path / "in" / "tmp" / "a"), "w", 0), False),
        ("open", (str(tmp_path / "a"), "w", 0), True),
        ("os.mkdir", (str(tmp_path / "b"), 0), True),
        ("open", (str(tmp_path / "in" / "link"), "r", 0), True),
    ):
        watch.broken = ""
        watch(event, given)
        assert bool(watch.broken) == broken, (event, given)
