"""The word-count encoder and the terms it counts."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata

import numpy as np
import pytest

from pipeline.embeddings.base import Encoder
from pipeline.embeddings.tokens import terms, words
from pipeline.embeddings.words import WordCountEncoder

ENCODER = WordCountEncoder()


def cosine(one: str, other: str) -> float:
    first, second = ENCODER.encode([one, other])
    return float(first @ second)


def test_texts_that_share_words_are_near() -> None:
    problem = "the backup of our server failed"
    assert cosine(problem, "a server backup fails") > 0.8
    assert abs(cosine(problem, "the choir sang in the garden")) < 0.2


def test_rows_have_length_one_and_a_text_without_words_is_zero() -> None:
    vectors = ENCODER.encode(["fire drill", "the of and", ""])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 0, 0])


def test_no_texts_give_no_rows() -> None:
    assert ENCODER.encode([]).shape == (0, 512)


def test_repetition_is_damped() -> None:
    once, often, other = ENCODER.encode(["fire drill", "fire " * 20 + "drill", "drill"])
    assert once @ other > often @ other > 0.1


def test_vectors_are_the_same_in_another_process() -> None:
    code = (
        "from pipeline.embeddings.words import WordCountEncoder;"
        "print(WordCountEncoder().encode(['fire drill']).nonzero()[1].tolist())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == str(ENCODER.encode(["fire drill"]).nonzero()[1].tolist())


def test_it_is_an_encoder() -> None:
    assert isinstance(ENCODER, Encoder)
    assert ENCODER.id == "words-512"


def test_progress_ends_at_the_number_of_texts() -> None:
    seen: list[tuple[int, int]] = []
    ENCODER.encode(["a fire"] * 2500, progress=lambda done, whole: seen.append((done, whole)))
    assert seen == [(1000, 2500), (2000, 2500), (2500, 2500)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Restored, restoring: RESTORE", ["restor"] * 3),
        ("C++ and C# on v2.1, not 3.10.2.", ["c++", "c#", "v2.1", "3.10.2"]),
        ("Straße, café", ["strass", "café"]),
        ("issue#12 don't a b", ["issu", "12"]),
        ("資料 回復", ["資料", "回復"]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_composed_and_decomposed_accents_are_one_word() -> None:
    assert words(unicodedata.normalize("NFD", "naïveté")) == ["naïveté"]


@pytest.mark.parametrize("piece", ["1", "a1", "1.", "a+", "_", "é", "c++"])
def test_time_is_linear_in_the_text(piece: str) -> None:
    began = time.perf_counter()
    words(piece * 200_000)
    assert time.perf_counter() - began < 2
