"""Which files are logs of IRC, of which channel and day: told by their lines and their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.chat._irc_lines import day_of, entry
from pipeline.sources.reading.files import Sample, files_below, look_at, suffix

_SUFFIXES = (".txt", ".log", ".irc", ".irclog", ".weechatlog", ".raw", "")
_FORM = re.compile(r"(.+?)\.(raw|ascii|tok|annotation)$", re.IGNORECASE)
_ANNOTATION = re.compile(r"\d+ \d+ -?\s*")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_./]?)(\d\d)\2(\d\d)(?!\d)")
_DAY_FOLDER = re.compile(r"(?:^|/)((?:19|20)\d\d)/(\d\d)/(\d\d)/[^/]+$")


def day_in(name: str) -> date | None:
    """The day that the name of a log tells, or None.

    >>> day_in("#pumps_20060102.log").isoformat()
    '2006-01-02'
    """
    found = _DAY_FOLDER.search(name) or _DATE.search(name)
    numbers = [group for group in found.groups() if group.isdecimal()] if found else []
    return day_of(*numbers) if len(numbers) == 3 else None


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log in a folder, with its name below the folder and what the name tells."""

    path: Path
    name: str

    @property
    def day(self) -> date | None:
        """The day that the name tells, or None."""
        return day_in(self.name)

    @property
    def channel(self) -> str:
        """The name without dates and endings: what logs of one channel have in common."""
        parts = [_without_date(part) for part in self.name.split("/")]
        return "/".join(part for part in parts if part) or "irc"


def _without_date(part: str) -> str:
    part = unquote(part).removesuffix(".gz")
    while suffix(part) in _SUFFIXES[:-1]:
        part = part[: -len(suffix(part))]
    if found := _FORM.match(part):
        part = found[1]
    bare = _DATE.sub("", part)
    if bare == part:
        return "" if part.isdecimal() else part
    return "" if re.fullmatch(r"[-_. ]*\d{0,6}[-_. ]*", bare) else bare.strip("-_. ")


def logs_below(folder: Path) -> Iterator[LogFile | Skipped]:
    """The logs of a folder; of several forms of one log the raw one."""
    files = list(files_below(folder))
    raw = dict(filter(None, (_raw(file) for file in files if isinstance(file, Path))))
    for file in files:
        if isinstance(file, Skipped):
            yield file
            continue
        name = file.relative_to(folder).as_posix()
        form = _FORM.match(_stem(file))
        twin = raw.get(str(file.parent / form[1])) if form else None
        yield _checked(file, name, "" if twin in (None, file.name) else str(twin))


def _checked(file: Path, name: str, twin: str) -> LogFile | Skipped:
    try:
        sample = look_at(file)
    except UnreadableSource as error:
        return Skipped(name, error.message)
    if _is_annotation(sample):
        return Skipped(name, "notes on which message answers which, no chat")
    if share_of_log(sample) == 0.0:
        return Skipped(name, sample.problem or "no IRC log")
    return Skipped(name, f"another form of the log {twin}") if twin else LogFile(file, name)


def _stem(file: Path) -> str:
    return Path(file.name.removesuffix(".gz")).stem


def _raw(file: Path) -> tuple[str, str] | None:
    found = _FORM.match(_stem(file))
    is_raw = found and found[2].casefold() == "raw"
    return (str(file.parent / found[1]), file.name) if found and is_raw else None


def _is_annotation(sample: Sample) -> bool:
    lines = sample.lines[:50]
    return bool(lines) and all(_ANNOTATION.fullmatch(line) for line in lines)


def share_of_log(sample: Sample) -> float:
    """0.95 where nearly all lines are those of a log and someone says something in it."""
    kinds = [entry(line) for line in sample.lines[:200]]
    spoken = sum(said.kind in {"said", "did"} and said.clock is not None for said in kinds)
    known = sum(said.kind != "other" for said in kinds)
    if not spoken or known < 0.8 * len(kinds):
        return 0.0
    return 0.95 if spoken + known > 2 else 0.9


def share_of_folder(sample: Sample) -> float:
    """0.92 where at least four of five files that could be logs are logs, or notes on them."""
    inside = [path for path in sample.inside(*_SUFFIXES) if path.suffix != ".md"]
    step = max(1, len(inside) // 24)
    logs = others = 0
    for path in inside[::step]:
        look = sample.within(path.relative_to(sample.path).as_posix())
        if look is not None and share_of_log(look):
            logs += 1
        elif look is None or not _is_annotation(look):
            others += 1
    enough = len(inside) >= 0.8 * len(sample.names)
    return 0.92 if logs and enough and logs >= 4 * others else 0.0
