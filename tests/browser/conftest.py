import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 60  # seconds for the app to answer


def _missing(what: str) -> None:
    if os.environ.get("DOUBLELOOP_REQUIRE_BROWSER") == "1":
        pytest.fail(f"the browser tests are required and {what}")
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium of the machine; skips where there is none, unless it is required."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        _missing("no Chromium was found: install it, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            _missing(f"Chromium did not start: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, running with the sample community and without any model."""
    with _served(sample_home, tmp_path_factory.mktemp("browser") / "home") as served:
        yield served


@pytest.fixture(scope="module")
def own_address(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same for the tests of one file, which may change what is in it."""
    with _served(sample_home, tmp_path_factory.mktemp("browser") / "home") as served:
        yield served


@contextmanager
def _served(sample_home: Path, home: Path) -> Iterator[str]:
    shutil.copytree(sample_home, home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("DOUBLELOOP_")},
        "DOUBLELOOP_HOME": str(home),
        "DOUBLELOOP_ENCODER": "words",
        "DOUBLELOOP_CHAT_MODEL": "none",
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    log = (home.parent / "log").open("wb")
    app = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(timeout=20)
        log.close()


def _wait(health: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(health, timeout=2):  # noqa: S310 - our own loopback
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"the app did not answer within {PATIENCE} seconds")
