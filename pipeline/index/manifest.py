"""What an index was made with, and which files are it.

The manifest is written last and by renaming, so that it always points at whole files: a crash
at any moment leaves the generation that was there before.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.embeddings.base import Encoder
from pipeline.embeddings.tokens import ANALYSER
from pipeline.errors import IndexMismatch
from pipeline.index.base import MEANING, METRIC
from pipeline.index.files import checksum, checksum_of_ends, damaged, written
from pipeline.index.postings import WEIGHTING
from pipeline.index.segment import SegmentFiles

FORMAT = 2
FORMATS = (1, FORMAT)
"""Formats that can be read."""
NAME = "manifest.json"
REBUILD = "Run: doubleloop index --rebuild"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size in bytes and SHA-256 of one file.

    `ends` is the SHA-256 of its first and last part; there is none in format 1.

    The ends are held against the file whenever an index is opened: that finds files that are
    missing, cut short or not these, and costs the same however large they are.
    """

    bytes: int
    sha256: str
    ends: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation of an index: encoder, metric, contents, segments and files.

    `count` and `ids_digest` (the SHA-256 of those of the segments) describe the generation; the
    journal beside it holds what came since.
    Files that a generation shares with the one before were not written again.
    """

    encoder: str
    revision: str
    dimension: int
    normalised: bool
    generation: int = 0
    count: int = 0
    ids_digest: str = ""
    metric: str = METRIC
    meaning: str = MEANING
    analyser: str = ANALYSER
    weighting: str = WEIGHTING
    pipeline: str = __version__
    format: int = FORMAT
    built_at: str = ""
    segments: Sequence[SegmentFiles] = ()
    files: Mapping[str, FileRecord] = field(default_factory=dict)

    @classmethod
    def of(cls, encoder: Encoder) -> Manifest:
        """The manifest of an index that is about to be made with an encoder."""
        return cls(
            encoder=encoder.id,
            revision=encoder.revision,
            dimension=encoder.dimension,
            normalised=encoder.normalised,
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def check_made_with(self, encoder: Encoder, folder: Path) -> None:
        """Refuse to mix vectors of two encoders, or words counted by two sets of rules.

        Raises:
            IndexMismatch: The encoder, its revision, the dimension or the rules differ.
        """
        here = f"{self.encoder} (revision {self.revision}, {self.dimension} dimensions)"
        given = f"{encoder.id} (revision {encoder.revision}, {encoder.dimension} dimensions)"
        if here != given or self.normalised != encoder.normalised:
            raise IndexMismatch(
                f"The index in {folder} was built with {here}, and the encoder in use is {given}.",
                hint=f"{REBUILD}, or choose the encoder it was built with.",
            )
        known = self.format in FORMATS
        if (self.analyser, self.weighting) != (ANALYSER, WEIGHTING) or not known:
            raise IndexMismatch(
                f"The index in {folder} was built by doubleloop {self.pipeline}, which read or "
                f"weighed words or kept files in another way than {__version__}.",
                hint=f"{REBUILD}.",
            )

    def check_files(
        self, folder: Path, *, known: Collection[str] = (), whole: bool = False
    ) -> None:
        """Hold files against their sizes and checksums.

        Args:
            folder: Where they are.
            known: Names of files that were held against them before.
            whole: Read every byte; otherwise the first and last part of each file.

        Raises:
            StoreError: A file is missing or damaged; names it and says how to rebuild.
        """
        for name, record in self.files.items():
            if name in known:
                continue
            path = folder / name
            if not path.is_file():
                raise damaged(path, "it is missing")
            right = path.stat().st_size == record.bytes
            right = right and record.ends in ("", checksum_of_ends(path))
            every_byte = whole or not record.ends
            if not right or (every_byte and checksum(path) != record.sha256):
                raise damaged(path, "it is not what was written")

    def write(self, folder: Path) -> None:
        """Put the manifest in place."""
        text = json.dumps(asdict(self), indent=2, sort_keys=True)
        written(folder / NAME, lambda path: path.write_text(text + "\n", encoding="utf-8"))


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in a folder, or None where there is no index yet.

    Raises:
        StoreError: It cannot be read.
    """
    path = folder / NAME
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = {item.name for item in fields(Manifest)}
        values = {name: value for name, value in raw.items() if name in known}
        values["files"] = {
            name: FileRecord(record["bytes"], record["sha256"], record.get("ends", ""))
            for name, record in raw["files"].items()
        }
        values["segments"] = tuple(SegmentFiles(**one) for one in raw.get("segments", ()))
        return Manifest(**values)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(path, f"{type(error).__name__}, {error}") from error


def record_of(path: Path) -> FileRecord:
    """Size and checksum of a file as it is now."""
    return FileRecord(path.stat().st_size, checksum(path), checksum_of_ends(path))
