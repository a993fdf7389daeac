"""What a connector is given: a file, or a folder of files, links and pipes."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = "export"
_DATE = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Special:
    """An entry of a folder that is no file: a link to somewhere, or a pipe."""

    kind: str
    target: str = ""


Content = bytes | Special


@dataclass(frozen=True)
class Input:
    """Files by their path below a folder; one file alone is no folder."""

    files: Mapping[str, Content]
    folder: bool = False

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(held) for held in self.files.values() if isinstance(held, bytes))

    def write(self, place: Path) -> Path:
        """Write it below a folder; the path is what a connector reads."""
        root = place / FOLDER if self.folder else place
        root.mkdir(exist_ok=True)
        for name, held in self.files.items():
            path = root / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                _put(path, held)
            except (OSError, ValueError):  # a name that no file can have, or two of one name
                continue
        return root if self.folder else root / next(iter(self.files))


def _put(path: Path, held: Content) -> None:
    if isinstance(held, bytes):
        path.write_bytes(held)
    elif held.kind == "link":
        path.symlink_to(held.target)
    elif held.kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()


def one(name: str, content: bytes | str) -> Input:
    """One file."""
    return Input({name: content.encode() if isinstance(content, str) else content})


def folder(files: Mapping[str, bytes | str]) -> Input:
    """A folder of files."""
    return Input(
        {name: held.encode() if isinstance(held, str) else held for name, held in files.items()},
        folder=True,
    )


def written(value: object) -> bytes:
    """JSON as bytes, text outside of ASCII as it is where that can be."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def in_lines(*values: object) -> bytes:
    """One JSON value a line."""
    return b"".join(written(value) + b"\n" for value in values)


def packed(data: bytes) -> bytes:
    """Gzip without the time at which it was made."""
    return gzip.compress(data, 1, mtime=0)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file whose members all have one date, so that it is the same every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, held in files.items():
            packing = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name, _DATE), held, packing, 1)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The members of a zip file; empty when it is none that can be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            return {info.filename: held.read(info) for info in held.infolist()}
    except Exception:  # noqa: BLE001 - it may be damaged in any way
        return {}


def tarred(files: Mapping[str, Content], mode: str) -> bytes:
    """A tar file; links and pipes are members of their kind."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{mode}") as made:
        for name, held in files.items():
            info = tarfile.TarInfo(name)
            if isinstance(held, bytes):
                info.size = len(held)
                made.addfile(info, io.BytesIO(held))
            else:
                info.type = tarfile.SYMTYPE if held.kind == "link" else tarfile.FIFOTYPE
                info.linkname = held.target
                made.addfile(info)
    return out.getvalue()
