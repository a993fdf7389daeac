"""Bring what a community keeps into its store: read, clean, redact, split, keep."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.access import community_folder, require
from pipeline.basics import digest, one_line
from pipeline.errors import InputError, StoreFull, UnreadableSource
from pipeline.flow.import_tally import Tally
from pipeline.flow.indexing import index_community
from pipeline.flow.open_problems import match_open
from pipeline.flow.opening import opened
from pipeline.flow.preparing import DEFAULT_PRIVACY, Preparing, Privacy
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.records import OWNER, Actor, Document, Skipped
from pipeline.reports import ImportReport, IndexReport
from pipeline.settings import Settings
from pipeline.sources.base import Connector, ReadOptions
from pipeline.sources.reading.meter import Meter, measuring
from pipeline.sources.reading.values import whole
from pipeline.store import (
    Incoming,
    Known,
    Staged,
    document_rows,
    incoming,
    known_documents,
    known_sources,
    source_name,
)
from pipeline.store.translate import busy

EVERY = 50  # records between two reports of progress
PORTION = 500  # documents committed with one statement


def import_source(
    workspace: Workspace,
    path: Path,
    *,
    format: str = "auto",  # noqa: A002 - the flag's name
    mapping: Mapping[str, str] | None = None,
    source: str | None = None,
    privacy: Privacy | None = None,
    base_url: str = "",
    limit: int | None = None,
    dry_run: bool = False,
    prune: bool = False,
    skipped: Iterable[Skipped] = (),
    progress: Progress = silent,
) -> ImportReport:
    """Import a file, folder or archive; again later, and only what is new or changed is added.

    What is ready is written down beside the database as it goes, and committed as one
    transaction at the end: when anything fails the store is as it was, and an import that was
    killed goes on where it stopped. Documents that are no longer in the source are counted as
    removed; they are deleted only with `prune`.

    Args:
        workspace: The community.
        path: An export: file (plain or .gz), archive (zip, tar) or folder.
        format: Name of a connector, or "auto" to recognise it by content.
        mapping: Column to field, for tables; an empty field ignores the column.
        source: Name under which it is kept; by default the name it had, or its stem.
        privacy: What is done about people; by default as this source was imported before, else
            pseudonyms and redaction.
        base_url: Address of the place that the export came from, to make links from.
        limit: Look at that many documents only; what is beyond does not count as removed.
        dry_run: Tell what would happen and change nothing.
        prune: Delete documents that are no longer in the source.
        skipped: What was left out before, when the source was fetched; stands in the report.
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
    where = whole(os.path.realpath(path))
    name = source or source_name(workspace.store, where, stem=_stem(path))
    saved = saved_choices(workspace, name)
    privacy = privacy or saved.privacy
    columns = dict(mapping or saved.mapping)
    tally = Tally()
    for one in skipped:
        tally.leave_out(one)
    preparing = Preparing(workspace, name, privacy)
    with opened(path, format, tally.leave_out) as (readable, reads), measuring(readable) as meter:
        options = ReadOptions(
            columns=columns,
            limit=limit,
            base_url=base_url,
            notice=tally.notice,
            part=tally.part,
        )
        found = _counted(reads.read(readable, options), tally, meter, progress, limit=limit)
        if dry_run:
            _look(known_documents(workspace.store, name), found, tally, preparing)
            report = tally.report(
                connector=reads.name, source=name, removed=tally.counts["missing"], dry_run=True,
                redacted=_redacted(preparing), seconds=time.perf_counter() - began,
            )  # fmt: skip
            _refuse_nothing(path, reads, tally)
            return report
        with (
            _only_import(workspace),
            _staged(workspace, name, digest(preparing.fingerprint, columns, reads.name)) as staged,
        ):
            _prepare(known_documents(workspace.store, name), staged, found, tally, preparing)
            _refuse_nothing(path, reads, tally)
            report = _commit(
                workspace, staged, tally, _Source(name, reads.name, where, columns, privacy),
                preparing=preparing, prune=prune and limit is None, began=began, progress=progress,
            )  # fmt: skip
    return report


@dataclass(frozen=True, slots=True)
class _Source:
    """What is written down of the source itself."""

    name: str
    connector: str
    path: str
    mapping: Mapping[str, str]
    privacy: Privacy


@dataclass(frozen=True, slots=True)
class SavedChoices:
    """How a source was imported before; the defaults when it never was."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    privacy: Privacy = DEFAULT_PRIVACY


@contextmanager
def _only_import(workspace: Workspace) -> Iterator[None]:
    """Be the only import into this community; reading and contributing go on meanwhile.

    Raises:
        StoreBusy: Another process imports into it, or writes to it for long.
    """
    with workspace.store.database.writing(wait=5.0):
        pass
    lock = FileLock(workspace.folder / "importing.lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise busy(workspace.store.database.path) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _staged(workspace: Workspace, source: str, fingerprint: str) -> Iterator[Staged]:
    """The documents made ready: thrown away once committed, or when they can never be.

    They stay when the process is stopped or the database is busy, and are used again.
    """
    with Staged(workspace.folder, source=source, fingerprint=fingerprint) as staged:
        try:
            yield staged
        except (InputError, StoreFull):
            staged.discard()
            raise
        staged.discard()


def _counted(
    found: Iterator[Document | Skipped],
    tally: Tally,
    meter: Meter,
    progress: Progress,
    *,
    limit: int | None,
) -> Iterator[Document]:
    for number, one in enumerate(found, start=1):
        if number % EVERY == 0:
            share = meter.share
            progress("Reading", number, max(number, round(number / share)) if share else None)
        if isinstance(one, Skipped):
            tally.leave_out(one)
            continue
        tally.document(one)
        yield one
    tally.limited = limit is not None and tally.documents >= limit


def _prepare(
    known: Known, staged: Staged, found: Iterator[Document], tally: Tally, preparing: Preparing
) -> None:
    """Make ready what is new or changed; note what came again."""
    for document in found:
        content = preparing.content_hash(document)
        change = known.change(document, content)
        if change in {"unchanged", "elsewhere"}:
            tally.experiences += 1
        elif staged.again(document.key, content):
            tally.experiences += 1
            tally.resumed += 1
        else:
            ready = preparing.ready(document)
            if isinstance(ready, Skipped):
                tally.leave_out(ready)
                continue
            staged.add(document_rows(document, content, ready))
            tally.experience(ready.experience)
        tally.counts[change] += 1
        tally.came.add(document.key)


def _commit(
    workspace: Workspace,
    staged: Staged,
    tally: Tally,
    source: _Source,
    *,
    preparing: Preparing,
    prune: bool,
    began: float,
    progress: Progress,
) -> ImportReport:
    """Write everything that is ready in one transaction, with the run that did it."""
    with incoming(
        workspace.store, source=source.name, connector=source.connector, path=source.path,
        mapping=source.mapping, options=source.privacy.options(), actor=workspace.actor.name,
    ) as into:  # fmt: skip
        _put(into, staged, progress)
        gone = set() if tally.limited else set(into.known.hashes) - tally.came
        removed = into.remove(gone) if prune else len(gone)
        report = tally.report(
            connector=source.connector, source=source.name, removed=removed, run=into.run,
            redacted=_redacted(preparing), seconds=time.perf_counter() - began,
        )  # fmt: skip
        into.finish(seconds=report.seconds, detail=_detail(report, pruned=prune))
    return report


def _put(into: Incoming, staged: Staged, progress: Progress) -> None:
    portion: list[dict[str, Any]] = []
    total = len(staged)
    for number, rows in enumerate(staged.rows(), start=1):
        portion.append(rows)
        if len(portion) == PORTION:
            into.put_rows(portion)
            portion = []
            progress("Keeping", number, total)
    into.put_rows(portion)


def _detail(report: ImportReport, *, pruned: bool) -> dict[str, Any]:
    return {
        "source": report.source,
        "connector": report.connector,
        "documents": report.documents,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "removed": report.removed if pruned else 0,
        "missing": report.removed,
        "skipped": sum(report.skipped_reasons.values()),
        "redacted": dict(report.redacted),
    }


def _look(known: Known, found: Iterator[Document], tally: Tally, preparing: Preparing) -> None:
    for document in found:
        ready = preparing.ready(document)
        if isinstance(ready, Skipped):
            tally.leave_out(ready)
            continue
        tally.counts[known.change(document, preparing.content_hash(document))] += 1
        tally.came.add(document.key)
        tally.experience(ready.experience)
    if not tally.limited:
        tally.counts["missing"] = len(set(known.hashes) - tally.came)


def _redacted(preparing: Preparing) -> dict[str, int]:
    return dict(preparing.redactor.counts.most_common()) if preparing.redactor else {}


def _stem(path: Path) -> str:
    """A file's name without its endings, a folder's name whole.

    >>> _stem(Path("x/topics.jsonl.gz"))
    'topics'
    """
    name = one_line(Path(os.path.realpath(path)).name)
    return (name if path.is_dir() else name.split(".")[0]).strip() or "source"


def saved_choices(workspace: Workspace, source: str) -> SavedChoices:
    """The mapping and privacy that a source was imported with; they hold until others are given."""
    for known in known_sources(workspace.store):
        if known.name == source:
            return SavedChoices(known.mapping, Privacy(**known.options))
    return SavedChoices()


def _refuse_nothing(path: Path, reads: Connector, tally: Tally) -> None:
    if tally.experiences:
        return
    reason = f" First reason: {tally.skipped[0].reason}." if tally.skipped else ""
    raise UnreadableSource(
        f"{path} gave no experiences, read as {reads.title}; "
        f"{sum(tally.reasons.values()):,} records were skipped.{reason}",
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
    if new and how.get("dry_run"):
        return _looked_at(settings, community, path, actor=actor, progress=progress, **how)
    kept = False
    try:
        with Workspace(settings, community, actor=actor, create=True) as workspace:
            report = import_source(workspace, path, progress=progress, **how)
            kept = not report.dry_run
            done = index_community(workspace, progress=progress) if kept else IndexReport()
            if kept:
                match_open(workspace, progress=progress)
        return report, done
    except KeyboardInterrupt:
        kept = True  # what is ready stays, so that the next import goes on from there
        raise
    finally:
        if new and not kept:
            shutil.rmtree(folder, ignore_errors=True)
            (settings.home / "keys" / f"{community}.key").unlink(missing_ok=True)


def _looked_at(
    settings: Settings, community: str, path: Path, *, actor: Actor, **how: Any
) -> tuple[ImportReport, IndexReport]:
    """A dry run into a community that there is not: in a folder elsewhere, so that none appears."""
    with tempfile.TemporaryDirectory(prefix="doubleloop-look-") as place:
        elsewhere = settings.model_copy(update={"home": Path(place)})
        with Workspace(elsewhere, community, actor=actor, create=True) as workspace:
            return import_source(workspace, path, **how), IndexReport()
