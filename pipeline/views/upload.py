"""What a person gives to be imported: files, a folder, or a path on this machine."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import streamlit as st

from pipeline.basics import digest
from pipeline.errors import InputError
from pipeline.flow.fetching import is_address
from pipeline.views.safe_text import visible

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

FILES, FOLDER, HERE = "Files", "A folder", "A path on this machine"
ROUND = "files brought in"  # grows with every import, so that the drop zone is empty again
HELD = "what was given"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LONGEST_NAME = 180  # bytes of a file's name; systems take 255
DEEPEST = 40
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
PREFIX = "doubleloop-upload-"
PLACE = re.compile(rf"(?<!\S)\S*{PREFIX}\w+[/\\]")
Folder = tempfile.TemporaryDirectory


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be imported.

    `key` tells it from anything else given before; `stem` is a name for the source; `folder` is
    where an upload lies, which goes when nobody holds it any more.
    """

    path: Path
    key: str
    stem: str
    files: int = 1
    flattened: int = 0
    folder: Folder[str] | None = None

    def let_go(self) -> None:
        """Remove an upload from the disk; what lies elsewhere is left alone."""
        if self.folder:
            self.folder.cleanup()


def given() -> Given | None:
    """Ask for files, a folder or a path; None until there is something.

    Raises:
        InputError: There is nothing at the path, or no room for the upload.
    """
    options = [FILES, FOLDER, *([HERE] if on_this_machine() else [])]
    how = st.segmented_control(
        "What to bring in", options, key="bring from", default=FILES, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    number = st.session_state.get(ROUND, 0)
    if how == HERE:
        _drop_held()
        return _at_path(number)
    if how == FOLDER:
        files = st.file_uploader(
            "Choose a folder, with everything in it",
            accept_multiple_files="directory",
            key=f"folder {number}",
        )
    else:
        files = st.file_uploader(
            "Drop anything the community keeps: exports, tables, documents, mail, zip archives",
            accept_multiple_files=True,
            key=f"files {number}",
            help="It stays on this machine. What it is, is told by its content.",
        )
    if not files:
        _drop_held()
        return None
    return _stored(files)


def next_round() -> None:
    """Empty the drop zone; what was given is held by whoever took it over."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state.pop(HELD, None)


def without_place(told: str) -> str:
    """A message without the temporary folder of an upload, which means nothing to a reader.

    >>> without_place("/tmp/doubleloop-upload-x1_y/drills.csv has no rows.")
    'drills.csv has no rows.'
    """
    return PLACE.sub("", told)


def on_this_machine() -> bool:
    """Whether only people at this machine reach the app; others may not name paths on it."""
    return str(st.get_option("server.address") or "") in LOOPBACK


def _at_path(number: int) -> Given | None:
    told = st.text_input(
        "Path of a file or folder",
        key=f"path {number}",
        placeholder="for example ~/exports/slack-2024.zip",
        help="It is read where it lies; for what is too large to upload.",
    )
    if not told.strip():
        return None
    path = here(told)
    try:
        facts = path.stat()
    except (OSError, ValueError):
        raise InputError(f"There is nothing to read at {path}.") from None
    key = digest(str(path), facts.st_mtime_ns, facts.st_size)
    return Given(path, key, stem_of(path.name) if path.is_file() else path.name)


def here(told: str) -> Path:
    """The path that a person means, in quotes or as a file address too.

    >>> here('"/tmp/my export"').as_posix(), here("file:///tmp/my%20export").as_posix()
    ('/tmp/my export', '/tmp/my export')

    Raises:
        InputError: It is an address on the web, or no path at all.
    """
    plain = told.strip().strip("\"'")
    if is_address(plain):
        raise InputError(
            "An address on the web is not fetched here.",
            hint="Use the command: doubleloop import ADDRESS",
        )
    if plain.startswith("file:"):
        plain = unquote(urlsplit(plain).path)
    try:
        return Path(plain).expanduser().absolute()
    except (RuntimeError, ValueError):
        raise InputError(f"“{visible(plain)}” is no path.") from None


def _stored(files: Sequence[UploadedFile]) -> Given:
    """The upload in a folder of its own, as a file or as a folder of files."""
    key = digest(*sorted(file.file_id for file in files))
    held: Given | None = st.session_state.get(HELD)
    if held and held.key == key and held.path.exists():
        return held
    _drop_held()
    told = "Taking in the files…" if len(files) > 1 else "Taking in the file…"
    with st.spinner(told):
        st.session_state[HELD] = given_files(files, key=key)
    stored: Given = st.session_state[HELD]
    return stored


def _drop_held() -> None:
    """Remove an upload that was not imported and is no longer in the drop zone."""
    held: Given | None = st.session_state.pop(HELD, None)
    if held:
        held.let_go()


def given_files(files: Sequence[UploadedFile], *, key: str) -> Given:
    """Write an upload to a temporary folder, below which every name in it stays.

    Raises:
        InputError: There is no room for it.
    """
    folder = Folder(prefix=PREFIX, ignore_cleanup_errors=True)
    names = [safe_path(file.name) for file in files]
    common = _common(names)
    if len(files) > 1 or len(names[0].parts) > 1:
        top = Path(folder.name) / (common or _name_for(names))
        inner = [name.relative_to(common) if common else name for name in names]
    else:
        top, inner = Path(folder.name), names
    flattened = 0
    try:
        for file, name in zip(files, inner, strict=True):
            target = _free(top, name)
            flattened += target.name != name.name
            with target.open("xb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
    except OSError as error:
        folder.cleanup()
        raise InputError(f"The upload could not be kept: {error.strerror or error}.") from None
    path = top if top != Path(folder.name) else top / inner[0]
    stem = path.name if path == top else stem_of(path.name)
    return Given(path, key, stem, len(files), flattened, folder)


def safe_path(name: str) -> PurePosixPath:
    r"""The name of an upload as a path that leads nowhere else.

    >>> str(safe_path("..\\..\\my report (1).csv")), str(safe_path("slack/général/a.json"))
    ('my report (1).csv', 'slack/général/a.json')
    >>> str(safe_path("/etc/../\0"))
    'etc'
    """
    parts = (_safe_part(part) for part in name.replace("\\", "/").split("/"))
    kept = [part for part in parts if part]
    return PurePosixPath(*(kept[-DEEPEST:] or ["upload"]))


def stem_of(name: str) -> str:
    """A name for the source: that of the file without its endings.

    >>> stem_of("Ward notes.jsonl.gz"), stem_of("2021.03 report.csv"), stem_of(".zip")
    ('Ward notes', '2021.03 report', 'zip')
    """
    stem = re.sub(r"(\.[A-Za-z][A-Za-z0-9]{0,8}){1,2}$", "", name.strip())
    return stem.strip(" .-_") or name.strip(" .-_") or "upload"


def _safe_part(part: str) -> str:
    plain = UNSAFE.sub("-", visible(part)).strip().rstrip(".")
    if not plain.strip(".-"):
        return ""
    raw = plain.encode("utf-8", "replace")
    if len(raw) > LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        ending = f"{dot}{ending}"[:20] if stem else ""
        room = LONGEST_NAME - len(ending.encode("utf-8", "replace"))
        plain = raw[:room].decode("utf-8", "ignore") + ending
    return plain.encode("utf-8", "replace").decode()


def _common(names: Sequence[PurePosixPath]) -> str:
    """The folder that all names begin with; empty when there is none."""
    first = {name.parts[0] if len(name.parts) > 1 else "" for name in names}
    return first.pop() if len(first) == 1 else ""


def _name_for(names: Sequence[PurePosixPath]) -> str:
    """A name for files that came together without a folder."""
    first = min(stem_of(name.name) for name in names)
    return f"{first[:80]} and {len(names) - 1} more"


def _free(top: Path, name: PurePosixPath) -> Path:
    """Where a file can be written: numbered when its name is taken, as in a flattened folder."""
    target = top / name
    if any((top / parent).is_file() for parent in name.parents) or target.is_dir():
        target = top / "-".join(name.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    number, free = 1, target
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return free
