"""An environment of their own for the other libraries."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = (
    "torch",
    "transformers",
    "tokenizers",
    "sentence-transformers",
    "numpy",
    "scipy",
    "faiss-cpu",
    "bm25s",
)
"""Installed at the versions of this environment, so that only the libraries differ."""


def python_of(folder: Path) -> Path:
    """The interpreter of an environment. Never resolved: the link is what makes it one."""
    return folder.absolute() / "bin" / "python"


def install(folder: Path) -> None:
    """Make the environment if it is missing, and install into it what is not there yet."""
    if not python_of(folder).exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    # torch first and pinned: asked for openly it brings gigabytes for graphics cards
    shared = [f"{package}=={version(package).partition('+')[0]}" for package in SHARED]
    _pip(folder, shared[0])
    constraints = folder / "shared.txt"
    constraints.write_text("\n".join(shared) + "\n", encoding="utf-8")
    _pip(folder, *shared, "-r", str(HERE / "requirements.txt"), "-c", str(constraints))
    _pip(folder, "--no-deps", "-r", str(HERE / "requirements-alone.txt"))


def _pip(folder: Path, *what: str) -> None:
    command = [str(python_of(folder)), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*command, *what], check=True)
