"""What is installed, which models answer, and where data lie: never a secret among it."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

from pipeline.embeddings.registry import load_encoder
from pipeline.errors import DoubleloopError
from pipeline.flow.workspace import Progress, communities, silent
from pipeline.models import CATALOGUE, ModelEntry, find_entry, installed, verify_model
from pipeline.models import add_model as fetch
from pipeline.questions.chat_model import (
    EMBEDDED_MODEL,
    describe_chat_model,
    embedded_here,
    try_chat_model,
)
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


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model of the catalogue as it is on this machine. Sizes in bytes."""

    name: str
    kind: str
    here: bool
    size: int
    memory: int
    licence: str
    sources: tuple[str, ...]
    sha256: str
    detail: str

    def as_dict(self) -> dict[str, object]:
        """All of it, for JSON."""
        return asdict(self)

    def as_row(self) -> tuple[str, ...]:
        """What a table shows of it."""
        here = "yes" if self.here else "no"
        size = f"{self.size / 1e6:,.0f} MB"
        return self.name, self.kind, here, size, self.licence, self.sources[0]


def list_models(settings: Settings) -> tuple[ModelState, ...]:
    """The catalogue, with what is here."""
    return tuple(_state(entry, settings, entry.note) for entry in CATALOGUE)


def add_model(settings: Settings, name: str, *, progress: Progress = silent) -> ModelState:
    """Fetch a model as data, join it and check its checksum; nothing happens if it is here.

    Raises:
        InputError: The catalogue has no such model.
        MissingModel: It cannot be had, or what came has another checksum.
    """
    entry = find_entry(name)

    def told(done: int, total: int) -> None:
        progress(f"Fetching {entry.name} (MB)", done // 1_000_000, total // 1_000_000)

    path = fetch(name, settings, told)
    return _state(entry, settings, f"here at {path}, checksum verified")


def test_model(settings: Settings, name: str) -> ModelState:
    """Check the whole file's checksum and let the model do one thing.

    Raises:
        MissingModel: It is not here, or its checksum is not the expected one.
        ServiceError: It does not start or answer.
    """
    entry = find_entry(name)
    verify_model(name, settings)
    if entry.kind == "encoder":
        encoder = load_encoder(settings)
        near, far = (
            encoder.encode(["a broken pump", "the pump failed", "a school report"])[1:]
            @ (encoder.encode(["a broken pump"])[0])
        )
        did = f"places 'the pump failed' at {near:.2f} and 'a school report' at {far:.2f}"
    else:
        did = try_chat_model(settings, name)
    return _state(entry, settings, f"checksum verified; it {did}")


def embedded_model(settings: Settings) -> str | None:
    """The small language model that the settings want and that is not here yet."""
    if settings.chat_model not in {"auto", "embedded"} or settings.chat_base_url:
        return None
    return None if embedded_here(settings) else EMBEDDED_MODEL


def can_reword(settings: Settings) -> bool:
    """Whether the small model is here and idle: the settings leave wording to the program."""
    idle = settings.chat_model == "auto" and not settings.chat_base_url
    return idle and embedded_here(settings)


def describe(settings: Settings) -> tuple[str, str]:
    """In plain words, what searches and what words the questions; loads nothing."""
    names = {"auto": "all-MiniLM-L6-v2", "words": "word counts (no model)"}
    return names.get(settings.encoder, settings.encoder), describe_chat_model(settings)


def _state(entry: ModelEntry, settings: Settings, detail: str) -> ModelState:
    return ModelState(
        name=entry.name,
        kind=entry.kind,
        here=installed(entry.name, settings),
        size=entry.size,
        memory=entry.memory,
        licence=entry.licence,
        sources=entry.sources,
        sha256=entry.sha256,
        detail=detail,
    )
