"""A folder of many kinds: each export, table and page in it is recognised on its own.

People drop what they have: a folder with a chat export beside a spreadsheet, some pages and a
README that describes them. Whatever is one export as a whole is read as that; everything else
file by file, archives inside included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import InputError, UnreadableSource
from pipeline.records import Document, Link, Skipped
from pipeline.sources.base import Connector, ReadOptions, accounted
from pipeline.sources.reading.archive import kind_of, unpacked
from pipeline.sources.reading.files import Sample, look_at
from pipeline.sources.registry import SURE_ENOUGH, connectors

WHOLE = 0.8
"""How sure a connector must be that a folder as a whole is its export."""

DEEPEST = 40
"""Folders below one another that are still looked into."""

_PAGES = frozenset({"markdown", "html", "pdf", "word", "opendocument", "text"})
_TERMS = re.compile(
    r"(?:source[_-])?(licen[cs]es?|copying|notice|code[_-]of[_-]conduct)([._-].*)?", re.IGNORECASE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+-]*:")
_DESCRIBES = re.compile(r"(?:source[_-])?(readme|about|manifest)([._-].*)?", re.IGNORECASE)


class Collection:
    """Reads each part of a folder with the connector that knows it."""

    name = "collection"
    title = "A folder of several kinds"
    description = "a folder whose files and sub-folders are recognised one by one"

    def recognise(self, sample: Sample) -> float:
        """Any folder, unless another connector is sure of it as a whole."""
        return 0.5 if sample.folder else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Everything that any part gives, keys and locators told apart by their place."""
        if not path.is_dir():
            raise UnreadableSource(f"{path} is no folder.", hint="Use --format auto for a file.")
        return accounted(_folder(path, "", options, 0), options)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of a folder, and what reads it (None when nothing does)."""

    path: Path
    where: str
    reader: Connector | None
    problem: str = ""


def _folder(
    path: Path, where: str, options: ReadOptions, depth: int
) -> Iterator[Document | Skipped]:
    if depth > DEEPEST:
        yield Skipped(where, f"more than {DEEPEST} folders below one another")
        return
    if depth:
        reader = _whole(path)
        if reader:
            yield from _read(reader, path, where, options)
            return
    files: list[_Entry] = []
    folders: list[Path] = []
    for entry in _entries(path, where):
        if isinstance(entry, Skipped):
            yield entry
        elif entry.is_dir():
            folders.append(entry)
        else:
            files.append(_looked_at(entry, _below(where, entry.name)))
    yield from _files(files, options, depth, beside_exports=bool(folders))
    for folder in folders:
        yield from _folder(folder, _below(where, folder.name), options, depth + 1)


def _entries(path: Path, where: str) -> Iterator[Path | Skipped]:
    """The files and folders in a folder; anything else comes as skipped."""
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        yield Skipped(where or path.name, f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name == "__MACOSX":
            continue
        try:
            if entry.is_symlink():
                yield Skipped(_below(where, entry.name), "a link to elsewhere")
            elif entry.is_dir() or entry.is_file():
                yield entry
            else:
                yield Skipped(_below(where, entry.name), "not a file that can be read")
        except OSError as error:
            yield Skipped(_below(where, entry.name), f"it cannot be read: {error.strerror}")


def _files(
    files: list[_Entry], options: ReadOptions, depth: int, *, beside_exports: bool
) -> Iterator[Document | Skipped]:
    exports = beside_exports or any(
        one.reader is not None and one.reader.name not in _PAGES for one in files
    )
    for one in files:
        if _TERMS.fullmatch(one.path.name):
            yield Skipped(one.where, "terms of use")
        elif exports and _DESCRIBES.fullmatch(one.path.name):
            yield Skipped(one.where, "describes the files beside it")
        elif kind_of(one.path):
            yield from _archive(one, options, depth)
        elif one.reader is None:
            yield Skipped(one.where, one.problem or "no format that is known here")
        else:
            yield from _read(one.reader, one.path, one.where, options)


def _archive(one: _Entry, options: ReadOptions, depth: int) -> Iterator[Document | Skipped]:
    try:
        with unpacked(one.path) as inside:
            yield from (replace(s, where=f"{one.where}/{s.where}") for s in inside.skipped)
            yield from _folder(inside.path, one.where, options, depth + 1)
    except InputError as error:
        yield Skipped(one.where, _without(error.message, one.path, one.where))


def _read(
    reader: Connector, path: Path, where: str, options: ReadOptions
) -> Iterator[Document | Skipped]:
    """What one part gives; a part that cannot be read does not stop the others."""
    options.part(where, reader.name)
    place = _Place(path, where)
    try:
        for record in reader.read(path, options):
            yield place.document(record) if isinstance(record, Document) else place.left(record)
    except InputError as error:
        yield Skipped(where, _without(error.message, path, where))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the collection a part lies; makes keys and locators say so."""

    path: Path
    where: str

    def document(self, document: Document) -> Document:
        """The document with its place in key and locators; links on the web stay as they are."""
        parts = tuple(
            replace(part, origin=self._locator(part.origin)) if part.origin else part
            for part in document.parts
        )
        return replace(
            document,
            key=self._key(document.key),
            origin=self._locator(document.origin),
            parts=parts,
            links=tuple(self._link(link) for link in document.links),
        )

    def left(self, skipped: Skipped) -> Skipped:
        """What was left out, with its place."""
        return replace(skipped, where=self._locator(skipped.where))

    def _key(self, key: str) -> str:
        return self.where if key == self.path.name else f"{self.where}:{key}"

    def _link(self, link: Link) -> Link:
        return link if "://" in link.target else replace(link, target=self._key(link.target))

    def _locator(self, origin: str) -> str:
        """A place among files gets its folder; links and locators of an export stay."""
        if not origin or (not origin.startswith(self.path.name) and _SCHEME.match(origin)):
            return origin
        return self._inside(origin)

    def _inside(self, locator: str) -> str:
        if self.path.is_dir():
            return f"{self.where}/{locator}"
        if locator.startswith(self.path.name):
            return self.where + locator.removeprefix(self.path.name)
        return f"{self.where}: {locator}"


def _whole(path: Path) -> Connector | None:
    try:
        sample = look_at(path)
    except InputError:
        return None
    score, best = _best(sample)
    return best if score >= WHOLE else None


def _looked_at(path: Path, where: str) -> _Entry:
    if kind_of(path):
        return _Entry(path, where, None)
    try:
        sample = look_at(path)
    except InputError as error:
        return _Entry(path, where, None, _without(error.message, path, where))
    score, best = _best(sample)
    if score < SURE_ENOUGH:
        return _Entry(path, where, None, _without(sample.problem, path, where))
    return _Entry(path, where, best)


def _best(sample: Sample) -> tuple[float, Connector]:
    others = (one for one in connectors() if one.name != Collection.name)
    return max(((one.recognise(sample), one) for one in others), key=lambda pair: pair[0])


def _below(where: str, name: str) -> str:
    return f"{where}/{name}" if where else name


def _without(message: str, path: Path, where: str) -> str:
    return message.replace(str(path), where)


CONNECTOR = Collection()
