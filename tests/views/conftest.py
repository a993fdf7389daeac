import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipeline.flow.demo import load_sample
from pipeline.settings import load_settings

APP = Path(__file__).resolve().parents[2] / "app.py"
TIMEOUT = 60
Opened = Callable[..., AppTest]


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sample") / "home"
    load_sample(load_settings(home=home, encoder="words", chat_model="none"))
    return home


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder that the app is told to use."""
    monkeypatch.setenv("DOUBLELOOP_HOME", str(tmp_path))
    monkeypatch.setenv("DOUBLELOOP_ENCODER", "words")
    monkeypatch.setenv("DOUBLELOOP_CHAT_MODEL", "none")
    return tmp_path


@pytest.fixture
def sample(home: Path, sample_home: Path) -> Path:
    """The data folder with the sample community in it, this test's own copy."""
    shutil.copytree(sample_home, home, dirs_exist_ok=True)
    return home


@pytest.fixture
def opened() -> Opened:
    """Open a page of the app, with what its address carries."""

    def open_page(page: str = "ask", **address: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=TIMEOUT)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        if page != "ask":
            app.switch_page(f"pipeline/views/{page}.py").run()
        return app

    return open_page
