"""Embedding many texts: once each, in order, going on where it stopped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.embeddings.base import Progress, Vectors
from pipeline.embeddings.cache import EmbeddingCache, open_cache
from pipeline.embeddings.embed import CHUNK, embed, key_of
from pipeline.embeddings.words import WordCountEncoder
from pipeline.errors import StoreFull

ENCODER = WordCountEncoder(dimension=32)
TEXTS = [f"fire drill number {n} of ward {n % 7}" for n in range(40)]


class Stopped(Exception):
    """What stands for a killed process."""


class CountingEncoder(WordCountEncoder):
    """Counts the texts it encodes, and stops after some."""

    def __init__(self, *, stop_after: int = 1_000_000) -> None:
        super().__init__(dimension=32)
        self.encoded = 0
        self._stop_after = stop_after

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        if self.encoded >= self._stop_after:
            raise Stopped
        self.encoded += len(texts)
        return super().encode(texts, progress=progress)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[EmbeddingCache]:
    made = EmbeddingCache(tmp_path / "cache")
    yield made
    made.close()


def test_vectors_come_in_the_order_of_the_texts(cache: EmbeddingCache) -> None:
    texts = [*TEXTS, *reversed(TEXTS)]
    assert np.array_equal(embed(texts, ENCODER, cache=cache).vectors, ENCODER.encode(texts))


def test_each_distinct_text_is_encoded_once() -> None:
    encoder = CountingEncoder()
    result = embed([*TEXTS, *TEXTS], encoder)
    assert (encoder.encoded, result.computed, result.cached) == (40, 40, 0)


def test_what_was_encoded_before_comes_from_the_cache(cache: EmbeddingCache) -> None:
    first = embed(TEXTS, ENCODER, cache=cache)
    again = embed([*TEXTS, "new words"], ENCODER, cache=cache)
    assert (again.cached, again.computed) == (40, 1)
    assert np.array_equal(again.vectors[:40], first.vectors)


def test_a_run_that_was_stopped_goes_on_where_it_was(cache: EmbeddingCache) -> None:
    texts = [f"fire {n}" for n in range(3 * CHUNK)]
    with pytest.raises(Stopped):
        embed(texts, CountingEncoder(stop_after=CHUNK), cache=cache)
    assert embed(texts, ENCODER, cache=cache).cached == CHUNK


@pytest.mark.parametrize("change", ["id", "revision", "dimension", "max_tokens", "normalised"])
def test_another_encoder_never_gets_these_vectors(cache: EmbeddingCache, change: str) -> None:
    embed(TEXTS, ENCODER, cache=cache)
    other = WordCountEncoder(dimension=32)
    setattr(other, change, 33 if change in ("dimension", "max_tokens") else "other")
    assert cache.get([key_of(TEXTS[0], other)]) == [None]


def test_progress_counts_distinct_texts_to_the_end(cache: EmbeddingCache) -> None:
    embed(TEXTS[:10], ENCODER, cache=cache)
    seen: list[tuple[int, int]] = []
    embed(TEXTS, ENCODER, cache=cache, progress=lambda done, whole: seen.append((done, whole)))
    assert seen == [(40, 40)]


def test_no_texts_give_no_vectors(cache: EmbeddingCache) -> None:
    assert embed([], ENCODER, cache=cache).vectors.shape == (0, 32)


def test_the_cache_is_there_after_closing(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "cache")
    embed(TEXTS, ENCODER, cache=cache)
    cache.close()
    assert embed(TEXTS, ENCODER, cache=cache).cached == 40


def test_one_process_shares_one_cache_by_folder(tmp_path: Path) -> None:
    cache = open_cache(tmp_path / "cache")
    assert open_cache(tmp_path / "." / "x" / ".." / "cache") is cache


def test_another_process_may_fill_the_same_cache(cache: EmbeddingCache) -> None:
    embed(TEXTS[:5], ENCODER, cache=cache)
    code = (
        "from pathlib import Path; import sys;"
        "from pipeline.embeddings.cache import EmbeddingCache;"
        "from pipeline.embeddings.embed import embed;"
        "from pipeline.embeddings.words import WordCountEncoder;"
        "texts = [f'fire {n}' for n in range(2000)];"
        "embed(texts, WordCountEncoder(dimension=32), cache=EmbeddingCache(Path(sys.argv[1])))"
    )
    subprocess.run([sys.executable, "-c", code, str(cache.folder)], check=True)
    result = embed([f"fire {n}" for n in range(2000)], ENCODER, cache=cache)
    assert (result.cached, len(cache)) == (2000, 2005)


def test_the_cache_grows_beyond_its_first_size(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "cache")
    wide = np.ones((1000, 20_000), dtype=np.float32)
    cache.put([n.to_bytes(32, "big") for n in range(1000)], wide)
    assert len(cache) == 1000
    cache.close()
    assert len(EmbeddingCache(tmp_path / "cache")) == 1000


@pytest.mark.parametrize("harm", ["garbage", "shortened"])
def test_a_damaged_cache_is_moved_aside_and_filled_anew(tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "cache"
    cache = EmbeddingCache(folder)
    embed([f"fire {n}" for n in range(500)], ENCODER, cache=cache)
    cache.close()
    data = (folder / "data.mdb").read_bytes()
    (folder / "data.mdb").write_bytes(b"x" * 9000 if harm == "garbage" else data[: len(data) // 2])
    assert embed(TEXTS, ENCODER, cache=EmbeddingCache(folder)).computed == 40
    assert len(list(tmp_path.glob("cache.damaged-*"))) == 1


def test_a_vector_whose_bytes_changed_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = EmbeddingCache(folder)
    vector = embed(TEXTS[:1], ENCODER, cache=cache).vectors
    cache.close()
    data = (folder / "data.mdb").read_bytes()
    assert vector.tobytes() in data
    (folder / "data.mdb").write_bytes(data.replace(vector.tobytes(), bytes(vector.nbytes)))
    again = embed(TEXTS[:1], ENCODER, cache=EmbeddingCache(folder))
    assert (again.computed, again.vectors.tolist()) == (1, vector.tolist())


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


def test_a_full_disk_is_told_as_such(small_disk: Path) -> None:
    cache = EmbeddingCache(small_disk / "cache")
    wide = WordCountEncoder(dimension=2048)
    with pytest.raises(StoreFull, match="Free some space"):
        embed([f"fire {n}" for n in range(1000)], wide, cache=cache)
    cache.close()
