"""The files of a Polis export: which is which, told by their headers, and what they count."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped, Votes
from pipeline.sources.base import ReadOptions
from pipeline.sources.deliberation._statements import header_of, statements, votes_of
from pipeline.sources.reading.files import Sample, files_below, look_at, read_text, suffix
from pipeline.sources.tables.csv_table import table_rows
from pipeline.sources.tables.table import Located

Kind = Literal["comments", "participants", "groups", "votes", "summary"]

_PLACES = {"1": 0, "1.0": 0, "-1": 1, "-1.0": 1, "0": 2, "0.0": 2, "-0.0": 2}
"""Where each vote is counted: agree, disagree, pass."""


@dataclass
class Export:
    """What a Polis export consists of."""

    comments: Path | None = None
    participants: Path | None = None
    groups: Path | None = None
    summary: Path | None = None
    left_out: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the summary tells: the topic and the address of the conversation."""

    topic: str = ""
    url: str = ""

    @property
    def id(self) -> str:
        """The last part of its address, or an empty text."""
        return self.url.rstrip("/").rpartition("/")[2]


def kind_of(sample: Sample) -> Kind | None:
    """Which file of an export it is, or None when it is none."""
    names = header_of(sample)
    if {"comment-id", "comment-body", "agrees", "disagrees"} <= names:
        return "comments" if names & {"moderated", "author-id"} else None
    if {"participant", "n-votes", "n-agree"} <= names:
        return "participants"
    if {"comment-id", "total-agrees", "total-disagrees"} <= names:
        return "groups"
    if {"comment-id", "voter-id", "vote"} <= names:
        return "votes"
    lines = {line.partition(",")[0].strip() for line in sample.lines[:20]}
    return "summary" if {"topic", "url", "voters"} <= lines else None


def export_at(path: Path) -> Export:
    """The files of an export, which is a folder or the comments alone.

    Raises:
        UnreadableSource: There are no comments.
    """
    export = Export()
    if not path.is_dir():
        export.comments = path if kind_of(look_at(path)) == "comments" else None
    for file in files_below(path) if path.is_dir() else ():
        if isinstance(file, Skipped):
            export.left_out.append(file)
        else:
            _put(export, file, file.relative_to(path).as_posix())
    if export.comments is None:
        raise UnreadableSource(f"{path} holds no comments of a Polis conversation.")
    return export


def _put(export: Export, file: Path, name: str) -> None:
    try:
        kind = kind_of(look_at(file)) if suffix(name) in (".csv", "") else None
    except UnreadableSource as error:
        export.left_out.append(Skipped(name, error.message))
        return
    if kind is None or kind == "votes":
        why = "single votes, which are counted elsewhere" if kind else "no file of a Polis export"
        export.left_out.append(Skipped(name, why))
    elif getattr(export, kind) is None:
        setattr(export, kind, file)
    else:
        export.left_out.append(Skipped(name, f"a second file with {kind}"))


def conversation_of(export: Export, options: ReadOptions) -> Conversation:
    """The topic and address of the conversation, as far as the summary tells them."""
    if export.summary is None:
        return Conversation()
    text = read_text(export.summary, longest=1 << 20, notice=options.notice)
    if isinstance(text, Skipped):
        return Conversation()
    held: dict[str, str] = {}
    try:
        for row in csv.reader(text.splitlines(keepends=True)):
            if len(row) > 1:
                held.setdefault(row[0].strip(), " ".join(row[1].split()))
    except csv.Error:
        pass
    url = held.get("url", "")
    return Conversation(
        held.get("topic", "")[:200], url if re.fullmatch(r"https?://\S{3,300}", url) else ""
    )


def votes_in(export: Export, options: ReadOptions) -> Mapping[str, Votes]:
    """The votes on each comment, by its id, where the export counts them with those who passed."""
    if export.participants:
        return _votes_of_participants(export.participants, options)
    found: dict[str, Votes] = {}
    for row in statements(export.groups, options) if export.groups else ():
        if isinstance(row, Skipped):
            continue
        cells = (row.first(f"total-{name}") for name in ("agrees", "disagrees", "passes"))
        if votes := votes_of(*cells):
            found[row.first("comment-id")] = votes
    return found


def _votes_of_participants(path: Path, options: ReadOptions) -> Mapping[str, Votes]:
    counts: dict[str, list[int]] = {}
    for row in table_rows(path, options):
        for name, vote in row.row if isinstance(row, Located) else ():
            if name.isdecimal():
                place = _PLACES.get(str(vote))
                counted = counts.setdefault(name, [0, 0, 0])
                if place is not None:
                    counted[place] += 1
    return {name: Votes(*counted) for name, counted in counts.items()}
