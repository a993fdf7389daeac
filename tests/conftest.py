"""What the tests share: a data folder of their own, the sample community, the shared corpora."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.flow.demo import SAMPLE, load_sample
from pipeline.flow.workspace import Workspace
from pipeline.settings import Settings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the person who runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith("DOUBLELOOP_") and not name.startswith("DOUBLELOOP_REQUIRE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DOUBLELOOP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared corpora; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        if os.environ.get("DOUBLELOOP_REQUIRE_SHARED"):
            pytest.fail(f"the shared corpora are required and {SHARED} is not there")
        pytest.skip("the shared corpora are not beside this checkout")
    return SHARED


def words_settings(home: Path) -> Settings:
    """Settings that need no model: the word-count encoder, questions assembled in code."""
    return Settings(home=home, encoder="words", chat_model="none")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of one test, in a data folder of its own."""
    return words_settings(tmp_path / "home")


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample community, indexed by word counts. Not to be written to."""
    home = tmp_path_factory.mktemp("sample")
    load_sample(words_settings(home))
    return home


@pytest.fixture
def sample(sample_home: Path) -> Iterator[Workspace]:
    """The sample community, open for reading."""
    with Workspace(words_settings(sample_home), SAMPLE) as workspace:
        yield workspace
