"""Runs the command line, in this process or, where memory or signals matter, in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Doubleloop = Callable[..., Ran]
WITHOUT_MODEL = {"DOUBLELOOP_ENCODER": "words", "DOUBLELOOP_CHAT_MODEL": "none"}


@pytest.fixture
def doubleloop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Doubleloop:
    """Runs `doubleloop ARGS` without a model, in a data folder of the test's own."""

    def run(*args: str | Path, home: Path | None = None, **environment: str) -> Ran:
        folder = {"DOUBLELOOP_HOME": str(home or tmp_path / "home")}
        with monkeypatch.context() as inside:
            for name, value in {**WITHOUT_MODEL, **folder, **environment}.items():
                inside.setenv(name, value)
            inside.setattr(sys, "argv", ["doubleloop", *map(str, args)])
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
        written = capsys.readouterr()
        return Ran(int(ended.value.code or 0), written.out, written.err)

    return run


@pytest.fixture
def doubleloop_process(tmp_path: Path) -> Doubleloop:
    """The same in a process of its own; `before` is Python that runs first."""

    def run(*args: str | Path, before: str = "") -> Ran:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("DOUBLELOOP_")}
        code = f"{before}\nfrom pipeline.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, args)],
            env={**kept, **WITHOUT_MODEL, "DOUBLELOOP_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run
