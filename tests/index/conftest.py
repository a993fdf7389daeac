"""Small made communities, and every index that must agree with the reference."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.embeddings.words import WordCountEncoder
from pipeline.index.base import Index, IndexRow, Vector
from pipeline.index.brute_force import BruteForceIndex
from pipeline.index.disk_index import DiskIndex

ENCODER = WordCountEncoder(dimension=64)
_WORDS = """
    backup restore checklist nurse pilot valve teacher pupil grant fire radio shift handover
    audit server alarm budget vote garden bridge pump signal ward crew drill
"""
WORDS = _WORDS.split()
LIMITS = {
    "flat": {"lists_above": 50_000},
    "lists": {"lists_above": 40, "compared_below": 30},
}


def rows(count: int, *, start: int = 0, seed: int = 1) -> list[IndexRow]:
    """Made passages, three to an experience, with every kind of metadata present and missing."""
    pick = random.Random(seed)
    texts = [" ".join(pick.choices(WORDS, k=pick.randint(3, 12))) for _ in range(count)]
    vectors = ENCODER.encode(texts)
    first = datetime(2020, 1, 1, tzinfo=UTC)
    return [
        IndexRow(
            id=start + i,
            experience=f"e{(start + i) // 3}",
            vector=vectors[i],
            text=texts[i],
            created=None if i % 7 == 0 else first + timedelta(days=pick.randint(0, 900)),
            discipline=pick.choice([None, "Nursing", "aviation", "Éducation"]),
            tags=tuple(pick.sample(["Safety", "training", "IT"], k=pick.randint(0, 2))),
            outcome=pick.choice(["worked", "failed", "unknown"]),
            author=pick.choice([None, "robin", "kim"]),
            source=pick.choice(["", "forum"]),
        )
        for i in range(count)
    ]


def query(text: str) -> Vector:
    """The vector of a problem."""
    vector: Vector = ENCODER.encode([text])[0]
    return vector


def disk_index(folder: Path, kind: str = "flat") -> DiskIndex:
    """An index on disk whose vectors are scanned ("flat") or in lists ("lists")."""
    return DiskIndex(folder, ENCODER, **LIMITS[kind])


@pytest.fixture(params=["brute", "flat", "lists"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """Each kind of index, empty."""
    made: Index = (
        BruteForceIndex(ENCODER)
        if request.param == "brute"
        else disk_index(tmp_path / "index", request.param)
    )
    yield made
    made.close()


@pytest.fixture
def reference() -> BruteForceIndex:
    """The reference, empty."""
    return BruteForceIndex(ENCODER)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; only root can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() or mount is None:
        pytest.skip("only root can mount a small disk")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=False)
    if made.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", folder], check=True)
