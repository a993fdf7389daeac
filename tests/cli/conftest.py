"""Runs the real command in a process of its own."""

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


@pytest.fixture
def doubleloop(tmp_path: Path) -> Doubleloop:
    """Runs `doubleloop ARGS` without a model, in a data folder of the test's own."""

    def run(*args: str | Path, home: Path | None = None, **environment: str) -> Ran:
        given = {
            **{k: v for k, v in os.environ.items() if not k.startswith("DOUBLELOOP_")},
            "DOUBLELOOP_HOME": str(home or tmp_path / "home"),
            "DOUBLELOOP_ENCODER": "words",
            "DOUBLELOOP_CHAT_MODEL": "none",
            "HF_HUB_OFFLINE": "1",
            "COLUMNS": "200",
            **environment,
        }
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *map(str, args)],
            env=given,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run
