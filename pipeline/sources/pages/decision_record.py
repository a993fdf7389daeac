"""Decision records: PEP, RFC, KEP and ADR, as one file, a folder, or lines of path and text.

How a decision turned out is told by its state, with care: what is final, implemented or active
worked; what was rejected, withdrawn or superseded failed; a draft, a proposal or what was
deferred is too early to tell; anything else (accepted, too) is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.pages.decision_head import Head, head_of, with_row, with_yaml
from pipeline.sources.pages.decision_links import key_of
from pipeline.sources.pages.decision_parts import decision_parts, part_of
from pipeline.sources.pages.front_matter import matter_of
from pipeline.sources.pages.markdown import recognised_as_pages
from pipeline.sources.pages.markup import seen
from pipeline.sources.pages.page import MARKDOWN, PAGES, RST, page
from pipeline.sources.pages.rst import markdown_of
from pipeline.sources.reading.files import Sample, files_below, look_at, read_text, suffix
from pipeline.sources.reading.json_records import first_object, json_records
from pipeline.sources.reading.values import scalar

_LOOKED_AT = 12
_ENOUGH = 0.6
_YAML_BESIDE = ("kep.yaml", "kep.yml")
_LARGEST_YAML = 1 << 16
_BROKEN_YAML = (ValueError, ArithmeticError, RecursionError, TypeError, AttributeError)
_NO_RECORDS = {"readme", "index", "template", "license", "licence", "contributing", "changelog"}
_GROUPS = ("situation", "action", "insight")


class DecisionRecords:
    """Reads one document from each record; its sections become parts, its state the outcome."""

    name = "decision-record"
    title = "Decision records (PEP, RFC, KEP, ADR)"
    description = (
        "decisions with their context, alternatives and state: PEP, RFC, KEP or ADR, as files or "
        "as JSON lines of path and text"
    )

    def recognise(self, sample: Sample) -> float:
        """Very sure of a header or sections that only such records have."""
        if sample.folder:
            return _of_folder(sample)
        if not sample.text:
            return 0.0
        if sample.text.lstrip()[:1] in ("{", "["):
            return 0.95 if _is_line(first_object(sample)) else 0.0
        if sample.suffix not in ("", *PAGES):
            return 0.0
        return _sure(sample.text, sample.path.name)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every record as a document or as skipped; other pages among them come as pages."""
        return accounted(_documents(path, options), options)


def _sure(text: str, path: str) -> float:
    """0.95 for a head of its own, 0.9 for the sections alone, else 0."""
    if head_of(text, path):
        return 0.95
    told = {
        part_of(line.lstrip("# ")) for line in text.splitlines() if line.startswith(("# ", "## "))
    }
    return 0.9 if told.issuperset(_GROUPS) else 0.0


def _is_line(first: Mapping[str, object]) -> bool:
    path, text = first.get("path"), first.get("text")
    return isinstance(path, str) and isinstance(text, str) and _sure(text, path) > 0


def _of_folder(sample: Sample) -> float:
    if recognised_as_pages(sample.names) < 0.8:
        return 0.0
    names = [name for name in sample.names if suffix(name) in PAGES and _may_be(name)]
    step = max(1, len(names) // _LOOKED_AT)
    looked = [sample.within(name) for name in names[::step][:_LOOKED_AT]]
    sure = [bool(one and _sure(one.text, one.path.as_posix())) for one in looked]
    return 0.95 if sure and sum(sure) >= _ENOUGH * len(sure) else 0.0


def _may_be(name: str) -> bool:
    path = PurePosixPath(name)
    kep = path.stem.casefold() == "readme" and path.parent.name[:1].isdigit()
    return kep or path.stem.casefold() not in _NO_RECORDS


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    if path.is_dir():
        yield from _folder(path, options)
        return
    if suffix(path.name) in PAGES:
        yield _file(path, path.name, options)
        return
    with_lines = _begins_as_json(path)
    yield from _lines(path, options) if with_lines else [_file(path, path.name, options)]


def _begins_as_json(path: Path) -> bool:
    return look_at(path).text.lstrip()[:1] in ("{", "[")


def _folder(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    found = False
    for file in files_below(path):
        if isinstance(file, Skipped):
            yield file
        elif suffix(file.name) in PAGES:
            found = True
            yield _one_of_many(file, file.relative_to(path).as_posix(), options)
    if not found:
        raise UnreadableSource(f"The folder {path} holds no records ({', '.join(PAGES)}).")


def _one_of_many(path: Path, name: str, options: ReadOptions) -> Document | Skipped:
    if path.stem.casefold() in ("license", "licence", "copying", "notice"):
        return Skipped(name, "terms of use, not a page")
    try:
        return _file(path, name, options)
    except UnreadableSource as error:
        return Skipped(name, error.message.replace(str(path), name))


def _file(path: Path, name: str, options: ReadOptions) -> Document | Skipped:
    text = read_text(path, longest=options.longest_line, notice=options.notice)
    if isinstance(text, Skipped):
        return Skipped(name, text.reason)
    return _document(text, name, options, beside=_beside(path))


def _beside(path: Path) -> dict[str, Any]:
    """What the YAML beside a KEP says; nothing where there is none, or it cannot be read."""
    for name in _YAML_BESIDE:
        file = path.with_name(name)
        try:
            if file.is_file() and not file.is_symlink() and file.stat().st_size < _LARGEST_YAML:
                held = yaml.safe_load(file.read_bytes())
                return held if isinstance(held, dict) else {}
        except (OSError, yaml.YAMLError, *_BROKEN_YAML):
            return {}
    return {}


def _lines(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    for record in json_records(path, options):
        if isinstance(record, Skipped):
            yield record
            continue
        text, name = record.value.get("text"), scalar(record.value.get("path"))
        if not isinstance(text, str) or not text.strip():
            yield Skipped(record.where, "no text")
        else:
            yield _document(text, name or record.where, options, row=record.value)


def _document(
    text: str,
    name: str,
    options: ReadOptions,
    *,
    beside: Mapping[str, Any] | None = None,
    row: Mapping[str, object] | None = None,
) -> Document | Skipped:
    matter, body = matter_of(text, name, options)
    head = head_of(body, name) or (Head("ADR", body) if _sure(body, name) or beside else None)
    if head is None:
        return page(text, name, options, about=list((row or {}).items()))
    for held in (matter, beside or {}):
        head = with_yaml(head, held) if held else head
    head = with_row(head, row) if row else head
    parts = _parts(head, name)
    if not parts and head.title and head.state:  # what was turned down before it was written
        parts = (SourcePart("body", head.title),)
    if not parts:
        return Skipped(name, "no text below its head")
    return Document(
        key=key_of(head.scheme, head.number) if head.number and _is_main(name, head) else name,
        title=head.title or PurePosixPath(name).stem,
        parts=parts,
        origin=head.origin or name,
        author=head.author or None,
        created=head.created,
        discipline=head.discipline or None,
        tags=head.tags,
        status=head.status,
        links=head.links,
    )


def _parts(head: Head, name: str) -> tuple[SourcePart, ...]:
    if suffix(name) in MARKDOWN or head.scheme in ("KEP", "ADR"):
        markdown = seen(head.text).text
    elif suffix(name) in RST or head.scheme == "PEP":
        markdown = markdown_of(head.text)
    else:
        markdown = head.text
    return decision_parts(markdown, head.title)


def _is_main(name: str, head: Head) -> bool:
    """Whether a file is the record itself, and not one of several in the record's folder."""
    path = PurePosixPath(name)
    return head.scheme == "KEP" or not path.parent.name.startswith(f"{head.number.zfill(4)}-")


CONNECTOR = DecisionRecords()
