"""Bring what a community keeps into its store: read, clean, split, keep."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.access import community_folder, require
from pipeline.documents.build import build_experience
from pipeline.documents.split import split_experience
from pipeline.errors import UnreadableSource
from pipeline.flow.indexing import index_community
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.records import (
    OWNER,
    Actor,
    Document,
    Experience,
    ImportReport,
    IndexReport,
    Skipped,
    digest,
)
from pipeline.settings import Settings
from pipeline.sources.base import Connector, ReadOptions
from pipeline.sources.registry import connector, connectors, recognise
from pipeline.sources.tables.columns import FIELDS as FIELDS
from pipeline.store import Incoming, Prepared, incoming, known_sources, source_name

PREPARATION = 3  # raised when the same document would be cleaned or split otherwise
SAMPLES = 3
EVERY = 50  # documents between two reports of progress
DONE = {"added": "added", "changed": "changed", "unchanged": "unchanged", "elsewhere": "unchanged"}


@dataclass(slots=True)
class Tally:
    """What an import has done so far."""

    documents: int = 0
    experiences: int = 0
    counts: dict[str, int] = field(
        default_factory=lambda: {"added": 0, "changed": 0, "unchanged": 0}
    )
    skipped: list[Skipped] = field(default_factory=list)
    samples: list[Experience] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def sample(self, experience: Experience) -> None:
        """Count an experience, and keep the first few to show."""
        self.experiences += 1
        if len(self.samples) < SAMPLES:
            self.samples.append(experience)


def import_source(
    workspace: Workspace,
    path: Path,
    *,
    format: str = "auto",  # noqa: A002 - the flag's name
    mapping: Mapping[str, str] | None = None,
    source: str | None = None,
    dry_run: bool = False,
    prune: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Import a file or folder; importing it again adds only what is new or changed.

    Everything is one transaction: when anything fails, the store is as it was. Documents that
    are no longer in the source are counted as removed; they are deleted only with `prune`.

    Args:
        workspace: The community.
        path: An export: file (plain or .gz) or folder.
        format: Name of a connector, or "auto" to recognise it by content.
        mapping: Column to field, for tables; an empty field ignores the column.
        source: Name under which it is kept; by default the name it had, or its stem.
        dry_run: Tell what would happen and change nothing.
        prune: Delete documents that are no longer in the source.
        progress: Called now and then.

    Raises:
        UnreadableSource: It is empty, binary, damaged or of no known format.
        MappingError: A table has no text column, or a mapping names a column it lacks.
        StoreBusy: Another process is importing into this community.
        StoreFull: The disk is full.
    """
    require(workspace.actor, "import")
    began = time.perf_counter()
    path = path.expanduser()
    reads = recognise(path) if format == "auto" else connector(format)
    where = str(path.resolve())
    name = source or source_name(workspace.store, where, stem=_stem(path))
    tally = Tally()
    columns = dict(mapping or _saved_mapping(workspace, name))
    options = ReadOptions(columns=columns, notice=tally.notices.append)
    found = _counted(reads.read(path, options), tally, progress)
    removed = 0
    if dry_run:
        _look(workspace, found, tally, source=name)
    else:
        with incoming(
            workspace.store, source=name, connector=reads.name, path=where, mapping=columns
        ) as into:
            _keep(workspace, into, found, tally, source=name)
            _refuse_nothing(path, reads, tally)
            missing = into.missing
            removed = into.remove(missing) if prune else len(missing)
    _refuse_nothing(path, reads, tally)
    seconds = time.perf_counter() - began
    report = ImportReport(
        connector=reads.name,
        source=name,
        documents=tally.documents,
        experiences=tally.experiences,
        removed=removed,
        skipped=tuple(tally.skipped),
        samples=tuple(tally.samples),
        notices=tuple(tally.notices),
        dry_run=dry_run,
        seconds=seconds,
        **tally.counts,
    )
    if not dry_run:
        workspace.store.record_run(
            "import",
            actor=workspace.actor.name,
            seconds=report.seconds,
            detail={"source": name, "connector": reads.name, "removed": removed, **tally.counts},
        )
    return report


def prepared(workspace: Workspace, document: Document, *, source: str) -> Prepared | Skipped:
    """A document as an experience with its passages, or why it gives none."""
    scope = f"{workspace.community}/{source}"
    experience = build_experience(document, source=scope, pseudonyms=workspace.pseudonyms)
    if isinstance(experience, Skipped):
        return experience
    return Prepared(replace(experience, source=source), split_experience(experience))


def _counted(
    found: Iterator[Document | Skipped], tally: Tally, progress: Progress
) -> Iterator[Document]:
    for number, one in enumerate(found, start=1):
        if number % EVERY == 0:
            progress("Reading", number, None)
        if isinstance(one, Skipped):
            tally.skipped.append(one)
            continue
        tally.documents += 1
        yield one


def _keep(
    workspace: Workspace, into: Incoming, found: Iterator[Document], tally: Tally, *, source: str
) -> None:
    for document in found:
        content = digest(document.content_hash, PREPARATION)
        change = into.change(document, content)
        if change in {"unchanged", "elsewhere"}:
            into.keep(document)
            tally.experiences += 1
            tally.counts["unchanged"] += 1
            continue
        ready = prepared(workspace, document, source=source)
        if isinstance(ready, Skipped):
            tally.skipped.append(ready)
            continue
        into.put(document, content, [ready])
        tally.counts[DONE[change]] += 1
        tally.sample(ready.experience)


def _look(workspace: Workspace, found: Iterator[Document], tally: Tally, *, source: str) -> None:
    known = {s.name for s in known_sources(workspace.store)}
    keys = set(workspace.store.keys(source)) if source in known else set()
    for document in found:
        ready = prepared(workspace, document, source=source)
        if isinstance(ready, Skipped):
            tally.skipped.append(ready)
            continue
        tally.counts["unchanged" if document.key in keys else "added"] += 1
        tally.sample(ready.experience)


def _stem(path: Path) -> str:
    """A file's name without its endings, a folder's name whole.

    >>> _stem(Path("x/topics.jsonl.gz"))
    'topics'
    """
    name = path.resolve().name
    return (name if path.is_dir() else name.split(".")[0]) or "source"


def _saved_mapping(workspace: Workspace, name: str) -> Mapping[str, str]:
    for source in known_sources(workspace.store):
        if source.name == name:
            return source.mapping
    return {}


def _refuse_nothing(path: Path, reads: Connector, tally: Tally) -> None:
    if tally.experiences:
        return
    reason = f" First reason: {tally.skipped[0].reason}." if tally.skipped else ""
    raise UnreadableSource(
        f"{path} gave no experiences, read as {reads.title}; "
        f"{len(tally.skipped)} records were skipped.{reason}",
        hint="Try another --format, or --map column=field for a table.",
    )


def bring_in(
    settings: Settings,
    community: str,
    path: Path,
    *,
    actor: Actor = OWNER,
    progress: Progress = silent,
    **how: Any,
) -> tuple[ImportReport, IndexReport]:
    """Import into a community, made if it is new, and index what came; see `import_source`.

    A new community whose first import fails, or is only a dry run, leaves nothing behind.
    """
    folder = community_folder(settings.home, community)
    new = not folder.exists()
    kept = False
    try:
        with Workspace(settings, community, actor=actor, create=True) as workspace:
            report = import_source(workspace, path, progress=progress, **how)
            kept = not report.dry_run
            done = index_community(workspace, progress=progress) if kept else IndexReport()
        return report, done
    finally:
        if new and not kept:
            shutil.rmtree(folder, ignore_errors=True)
            (settings.home / "keys" / f"{community}.key").unlink(missing_ok=True)


def formats() -> tuple[tuple[str, str], ...]:
    """Formats that can be read: the word for `--format`, and the name for a reader."""
    return tuple((one.name, one.title) for one in connectors())


def table_columns(path: Path, *, format: str = "auto") -> dict[str, str]:  # noqa: A002
    """Columns of a table with the field that each is taken for ("" when unused).

    Formats that are not tables have no columns: the result is empty.
    """
    reads = recognise(path) if format == "auto" else connector(format)
    columns = getattr(reads, "columns", None)
    return dict(columns(path)) if columns else {}
