import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parents[2] / "app.py"
TIMEOUT = 60
KINDS = (
    "title", "header", "subheader", "markdown", "caption", "text", "code",
    "error", "info", "success", "warning",
)  # fmt: skip


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
    folder = tmp_path / "app home"
    folder.mkdir()
    monkeypatch.setenv("DOUBLELOOP_HOME", str(folder))
    monkeypatch.setenv("DOUBLELOOP_ENCODER", "words")
    monkeypatch.setenv("DOUBLELOOP_CHAT_MODEL", "none")
    return folder


@pytest.fixture
def with_sample(home: Path, sample_home: Path) -> Path:
    """The data folder with the sample community in it, this test's own copy."""
    shutil.copytree(sample_home, home, dirs_exist_ok=True)
    return home


@pytest.fixture
def opened() -> Callable[..., AppTest]:
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


@pytest.fixture
def seen() -> Callable[[AppTest], str]:
    """Everything that stands on a page as text, sidebar included."""

    def read(app: AppTest) -> str:
        found = [str(one.value) for kind in KINDS for one in getattr(app, kind)]
        labels = [one.label for one in (*app.button, *app.expander)]
        return "\n".join([*found, *labels])

    return read


@pytest.fixture
def faults() -> Callable[[AppTest], list[str]]:
    """What went wrong on a page: exceptions that reached Streamlit, and error lines."""

    def found(app: AppTest) -> list[str]:
        return [str(one.value) for one in (*app.exception, *app.error)]

    return found
