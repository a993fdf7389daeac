"""Slack workspace exports: a folder with a folder for each channel and a file for each day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.chat._slack_day import Told, count, inner, told
from pipeline.sources.chat._slack_messages import ChannelReader
from pipeline.sources.chat._slack_text import Wording
from pipeline.sources.chat._slack_workspace import (
    LISTS,
    PEOPLE,
    TEAM,
    Listed,
    Workspace,
    address_in,
    name_of,
    workspace,
)
from pipeline.sources.chat.message import Channel, conversations
from pipeline.sources.reading.files import Sample, files_below
from pipeline.sources.reading.json_records import first_object
from pipeline.sources.reading.left_out import LeftOut

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}[^/]*\.json")
_STAMP = re.compile(r"\d{6,11}\.\d{1,7}")
_SAID = frozenset({"text", "user", "bot_id", "subtype", "blocks"})
_LISTED = frozenset({*LISTS, *PEOPLE, *TEAM})


class Slack:
    """Reads the channels of a workspace; each thread or conversation becomes a document."""

    name = "slack"
    title = "Slack export"
    description = "a Slack workspace export (its folder or zip), one channel of it, or one day"

    def recognise(self, sample: Sample) -> float:
        """Certain of messages with Slack's time stamps where an export has them."""
        if not sample.folder:
            return 0.95 if _looks_like_messages(sample) else 0.0
        names = [(name, name.removesuffix(".gz")) for name in sample.names]
        days = [name for name, plain in names if _DAY.fullmatch(plain.rpartition("/")[2])]
        deep = [name for name in days if name.count("/") == 1]
        flat = [name for name in days if "/" not in name]
        if deep and not flat and sample.file_names & _LISTED:
            return 1.0 if _any_like_messages(sample, deep) else 0.0
        if days and len(days) == len(names) and len(days) in (len(deep), len(flat)):
            return 0.9 if _any_like_messages(sample, days) else 0.0
        return 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every conversation as a document, and what was left out."""
        return accounted(_export(path, options) if path.is_dir() else _day(path, options), options)


@dataclass(slots=True)
class _Found:
    """The files of an export: those of messages with their place, and how many others."""

    days: list[tuple[Path, str]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    links: list[Skipped] = field(default_factory=list)


def _export(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    found = _found(path)
    yield from found.links
    if not found.days:
        raise UnreadableSource(f"The folder {path} holds no messages of a Slack export.")
    space = workspace(path, [file for file, _ in found.days], options)
    yield from space.problems
    if not space.people:
        space.people.update(_people_in(found.days, options))
        options.notice("The export lists no users; their names were taken from the messages.")
    direct = LeftOut("direct messages")
    for folder, files in groupby(found.days, key=lambda day: day[1].rpartition("/")[0]):
        channel = space.channel(folder) if folder else Listed("", path.resolve().name, "public")
        if channel.kind == "direct":
            for file, _ in files:
                direct.add("direct messages are private", count(file, options))
        else:
            yield from _channel(channel, files, space, options)
    yield from direct.told()
    for where, number in sorted(found.others.items()):
        yield Skipped(
            f"{where}: {number:,} files" if number > 1 else where, "no messages in it", number
        )
    _tell_private(space, options)


def _found(path: Path) -> _Found:
    found = _Found()
    for file in files_below(path):
        if isinstance(file, Skipped):
            found.links.append(file)
            continue
        where = file.relative_to(path).as_posix()
        plain = where.removesuffix(".gz")
        depth = where.count("/")
        if (depth == 1 and plain.endswith(".json")) or _DAY.fullmatch(plain):
            found.days.append((file, where))
        elif plain not in _LISTED:
            found.others[where.partition("/")[0]] += 1
    return found


def _channel(
    listed: Listed, files: Iterable[tuple[Path, str]], space: Workspace, options: ReadOptions
) -> Iterator[Document | Skipped]:
    left = LeftOut(f"channel {listed.name}")
    wording = Wording(space.people, space.names)
    reader = ChannelReader(listed.name, listed.id, space.address, wording, options, left)
    link = f"{space.address}/archives/{listed.id}" if space.address and listed.id else ""
    channel = Channel(
        key=listed.id or listed.name,
        name=listed.name,
        origin=link or f"slack:{listed.name}",
    )
    yield from conversations(reader.messages(files), channel, lasts=reader.lasts)
    yield from left.told()


def _day(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    """The messages of one file that is not in its export."""
    said = next((one for one in told(path, path.name, options) if isinstance(one, Told)), None)
    if said is None:
        why = next(
            (one.reason for one in told(path, path.name, options) if isinstance(one, Skipped)), ""
        )
        raise UnreadableSource(f"{path} holds no Slack messages{f': {why}' if why else ''}.")
    days = [(path, path.name)]
    address = options.base_url.rstrip("/") or address_in([path])
    space = Workspace(people=_people_in(days, options), address=address)
    name = said.channel_name or "slack"
    yield from _channel(Listed("", name, "public"), days, space, options)


def _people_in(days: Iterable[tuple[Path, str]], options: ReadOptions) -> dict[str, str]:
    """Names by id from the profiles that messages carry."""
    people: dict[str, str] = {}
    for file, where in days:
        for one in told(file, where, options):
            if isinstance(one, Told) and one.user and one.user not in people:
                profile = inner(one.user_profile)
                if isinstance(profile, dict) and (name := name_of(profile)):
                    people[one.user] = name
    return people


def _tell_private(space: Workspace, options: ReadOptions) -> None:
    private = sorted({one.name for one in space.channels.values() if one.kind == "private"})
    if private:
        options.notice(f"Read with {len(private):,} private channels: {', '.join(private[:20])}.")


def _any_like_messages(sample: Sample, names: list[str]) -> bool:
    """Whether one of the first days holds messages; a day may be empty."""
    looks = (sample.within(name) for name in names[:8])
    return any(_looks_like_messages(look) for look in looks if look is not None)


def _looks_like_messages(sample: Sample) -> bool:
    if not sample.text.lstrip().startswith("["):
        return False
    first = first_object(sample)
    stamp = first.get("ts")
    known = first.get("type") == "message" or bool(_SAID & first.keys())
    return known and isinstance(stamp, str) and bool(_STAMP.fullmatch(stamp))


CONNECTOR = Slack()
