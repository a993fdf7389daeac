"""What is installed, which models answer, and where data lie: never a secret among it."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from pipeline.embeddings import load_encoder
from pipeline.errors import DoubleloopError
from pipeline.flow.workspace import communities
from pipeline.questions import describe_chat_model
from pipeline.settings import Settings

PACKAGES = (
    "sentence-transformers",
    "torch",
    "faiss-cpu",
    "bm25s",
    "sqlalchemy",
    "streamlit",
    "langchain",
    "xllamacpp",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is fine, what was found, and what would change it."""

    name: str
    ok: bool
    detail: str
    hint: str = ""


def doctor(settings: Settings) -> tuple[Check, ...]:
    """Look at Python, packages, the data folder and the models in force."""
    return (
        _python(),
        *[_package(name) for name in PACKAGES],
        _data(settings),
        _encoder(settings),
        _chat_model(settings),
        _key(settings),
    )


def _python() -> Check:
    found = platform.python_version()
    return Check("Python", sys.version_info >= (3, 11), found, "Python 3.11 or newer is needed.")


def _package(name: str) -> Check:
    try:
        return Check(name, ok=True, detail=version(name))
    except PackageNotFoundError:
        return Check(name, ok=False, detail="not installed", hint=f"pip install {name}")


def _data(settings: Settings) -> Check:
    home = settings.home
    names = communities(settings)
    place = home if home.exists() else home.absolute().parent
    free = shutil.disk_usage(place).free / 1e9 if place.exists() else 0.0
    kept = f"{len(names)} communities ({', '.join(names)})" if names else "no community yet"
    return Check(
        "Data folder", free > 1, f"{home}: {kept}; {free:.0f} GB free",
        "" if free > 1 else "Set DOUBLELOOP_HOME to a disk with more room.",
    )  # fmt: skip


def _encoder(settings: Settings) -> Check:
    try:
        return Check("Search model", ok=True, detail=load_encoder(settings).described)
    except DoubleloopError as error:
        return Check("Search model", ok=False, detail=error.message, hint=error.hint)


def _chat_model(settings: Settings) -> Check:
    try:
        return Check("Language model", ok=True, detail=describe_chat_model(settings))
    except DoubleloopError as error:
        return Check("Language model", ok=False, detail=error.message, hint=error.hint)


def _key(settings: Settings) -> Check:
    given = bool(settings.api_key.get_secret_value())
    where = settings.chat_base_url or "the provider's own address"
    detail = f"set (hidden), for {where}" if given else "none set; none is needed"
    return Check("Key for a hosted model", ok=True, detail=detail)
