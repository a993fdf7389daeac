"""A Slack export of a million messages: reading its JSON alone, and reading it into documents.

    python benchmarks/slack_million.py [--messages N] [--compact] [--out FILE] [--keep FOLDER]

A synthetic export is written to a temporary folder: channels of very different size, threads with
late replies and broadcasts, mentions, links, code, reactions, and the fields that a real export
has (blocks, user_profile, files, previews, reply_users, ...). Each way of reading it then runs in a
process of its own, which reports its seconds and its peak memory.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

SHARES = {
    "general": 0.30, "help": 0.22, "ward-rounds": 0.12, "operations": 0.09, "tools": 0.07,
    "events": 0.05, "data-quality": 0.05, "newcomers": 0.03, "reading": 0.03, "random": 0.02,
    "north": 0.01, "south": 0.01,
}  # fmt: skip
PEOPLE = 900
DAYS = 900
STARTS = 1_600_000_000
IN_THREADS = 0.55
TEAM = "T0MADEUP1"


# --- the export --------------------------------------------------------------------------


@dataclass(slots=True)
class Planned:
    """One message before it is written: when, by whom, in which thread."""

    at: float
    person: int
    root: Planned | None = None
    replies: list[Planned] = field(default_factory=list)

    @property
    def ts(self) -> str:
        return f"{self.at:.6f}"


class Writer:
    """Writes messages as a workspace export has them."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)
        letters = "bcdfghklmnprstvw"
        self.words = [
            "".join(self.pick.choice(letters) + self.pick.choice("aeiou") for _ in range(length))
            for length in [1, 2, 2, 2, 3, 3, 4] * 600
        ]
        self.users = [f"U{number:05d}MADE" for number in range(PEOPLE)]
        self.profiles = [self.profile(number) for number in range(PEOPLE)]

    def profile(self, number: int) -> dict[str, Any]:
        name = self.pick.choice(self.words).title()
        return {
            "avatar_hash": f"{number:012x}",
            "image_72": f"https://avatars.example.org/2020-09-13/{number:012d}_{number:x}_72.png",
            "first_name": name,
            "real_name": f"{name} {self.pick.choice(self.words).title()}",
            "display_name": f"{name.lower()}{number}",
            "team": TEAM,
            "name": f"{name.lower()}.{number}",
            "is_restricted": False,
            "is_ultra_restricted": False,
        }

    def text(self) -> str:
        length = min(400, max(1, int(self.pick.lognormvariate(2.7, 0.8))))
        words = self.pick.choices(self.words, k=length)
        if self.pick.random() < 0.18:
            words.insert(0, f"<@{self.pick.choice(self.users)}>")
        if self.pick.random() < 0.07:
            words.append(f"<https://docs.example.org/{words[-1]}/{words[0]}|the {words[-1]} page>")
        if self.pick.random() < 0.06:
            words.append(f"`{words[0]} -&gt; {words[-1]}` &amp; <#C00000001|general>")
        if self.pick.random() < 0.04:
            words.append("\n```" + "\n".join(words[:12]) + "```")
        return " ".join(words)

    def message(self, planned: Planned) -> dict[str, Any]:
        text = self.text()
        user = self.users[planned.person]
        made: dict[str, Any] = {
            "client_msg_id": str(uuid.UUID(int=self.pick.getrandbits(128))),
            "type": "message",
            "text": text,
            "user": user,
            "ts": planned.ts,
            "team": TEAM,
            "user_team": TEAM,
            "source_team": TEAM,
            "user_profile": self.profiles[planned.person],
            "blocks": blocks(text),
        }
        if planned.root or planned.replies:
            made |= thread(planned, self.users)
        if self.pick.random() < 0.12:
            name = self.pick.choice(["+1", "eyes", "tada", "white_check_mark"])
            made["reactions"] = [{"name": name, "users": [user], "count": 1}]
        if self.pick.random() < 0.04:
            made["edited"] = {"user": user, "ts": planned.ts}
        if self.pick.random() < 0.05:
            made["files"] = [shared_file(user, planned.ts, self.pick.choice(self.words))]
            made |= {"upload": False, "display_as_bot": False}
        if "<https" in text:
            made["attachments"] = [preview(text, planned.ts)]
        if planned.root and self.pick.random() < 0.01:
            made["subtype"] = "thread_broadcast"
            made["root"] = {"user": made["user"], "ts": planned.root.ts, "text": "…"}
        return made

    def notice(self, planned: Planned) -> dict[str, Any]:
        user = self.users[planned.person]
        text = f"<@{user}> has joined the channel"
        kind = "channel_join"
        return {"type": "message", "subtype": kind, "user": user, "text": text, "ts": planned.ts}


def blocks(text: str) -> list[dict[str, Any]]:
    """The text as blocks, in which mentions, links and code are pieces of their own."""
    pieces: list[dict[str, Any]] = []
    for piece in re.split(r"(<[^>]+>|`[^`]+`)", text):
        if piece.startswith("<@"):
            pieces.append({"type": "user", "user_id": piece[2:-1]})
        elif piece.startswith("<#"):
            pieces.append({"type": "channel", "channel_id": piece[2:-1].partition("|")[0]})
        elif piece.startswith("<"):
            address, _, label = piece[1:-1].partition("|")
            pieces.append({"type": "link", "url": address, "text": label})
        elif piece.startswith("`"):
            pieces.append({"type": "text", "text": piece[1:-1], "style": {"code": True}})
        elif piece:
            pieces.append({"type": "text", "text": piece})
    section = {"type": "rich_text_section", "elements": pieces}
    return [{"type": "rich_text", "block_id": text[:5], "elements": [section]}]


def shared_file(user: str, ts: str, name: str) -> dict[str, Any]:
    place = f"https://files.example.org/files-pri/{TEAM}-{ts}"
    sizes = {f"thumb_{size}": f"{place}/{name}_{size}.png" for size in (64, 80, 160, 360, 480, 720)}
    return {
        "id": f"F{ts}", "created": int(float(ts)), "timestamp": int(float(ts)), "user": user,
        "name": f"{name}.png", "title": name, "mimetype": "image/png", "filetype": "png",
        "pretty_type": "PNG", "user_team": TEAM, "editable": False, "size": 48213,
        "mode": "hosted", "is_external": False, "external_type": "", "is_public": True,
        "public_url_shared": False, "display_as_bot": False, "username": "",
        "url_private": f"{place}/{name}.png", "url_private_download": f"{place}/{name}.png?d=1",
        "media_display_type": "unknown", **sizes, "original_w": 1280, "original_h": 720,
        "permalink": f"https://madeup.slack.com/files/{user}/F{ts}/{name}.png",
        "permalink_public": f"https://slack-files.example.org/{TEAM}-{ts}", "is_starred": False,
        "has_rich_preview": False, "file_access": "visible",
    }  # fmt: skip


def preview(text: str, ts: str) -> dict[str, Any]:
    address = text.partition("<https")[2].partition("|")[0]
    return {
        "id": 1, "ts": int(float(ts)), "from_url": f"https{address}", "title": text[:40],
        "service_name": "Docs", "fallback": text[:60], "text": text[:200],
        "service_icon": "https://docs.example.org/icon.png", "original_url": f"https{address}",
        "title_link": f"https{address}",
    }  # fmt: skip


def thread(planned: Planned, users: list[str]) -> dict[str, Any]:
    if planned.root:
        return {"thread_ts": planned.root.ts, "parent_user_id": users[planned.root.person]}
    who = list(dict.fromkeys(users[reply.person] for reply in planned.replies))
    return {
        "thread_ts": planned.ts,
        "reply_count": len(planned.replies),
        "reply_users_count": len(who),
        "latest_reply": planned.replies[-1].ts,
        "reply_users": who,
        "replies": [{"user": users[reply.person], "ts": reply.ts} for reply in planned.replies],
        "is_locked": False,
        "subscribed": False,
    }


def planned(count: int, pick: random.Random) -> Iterator[list[Planned]]:
    """The messages of one channel, day by day."""
    open_threads: list[Planned] = []
    days: list[list[Planned]] = [[] for _ in range(DAYS)]
    for number in range(count):
        at = STARTS + DAYS * 86400 * number / count + pick.random()
        made = Planned(at, pick.randrange(PEOPLE))
        if open_threads and pick.random() < IN_THREADS:
            late = pick.random() < 0.02
            made.root = pick.choice(open_threads if late else open_threads[-6:])
            made.root.replies.append(made)
        elif pick.random() < 0.4:
            open_threads = [*open_threads[-199:], made]
        days[int((at - STARTS) // 86400) % DAYS].append(made)
    yield from days


def write_export(folder: Path, messages: int, *, compact: bool, seed: int = 5) -> int:
    """Write the export; gives its bytes."""
    writer = Writer(seed)
    option = 0 if compact else orjson.OPT_INDENT_2
    channels = [
        {"id": f"C{number:08d}", "name": name, "created": STARTS, "members": writer.users[:50]}
        for number, name in enumerate(SHARES, 1)
    ]
    people = [
        {"id": user, "name": profile["name"], "real_name": profile["real_name"], "profile": profile}
        for user, profile in zip(writer.users, writer.profiles, strict=True)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "channels.json").write_bytes(orjson.dumps(channels, option=option))
    (folder / "users.json").write_bytes(orjson.dumps(people, option=option))
    left = messages
    for number, (name, share) in enumerate(SHARES.items(), 1):
        count = left if number == len(SHARES) else int(messages * share)
        left -= count
        write_channel(folder / name, planned(count, writer.pick), writer, option)
    return sum(file.stat().st_size for file in folder.rglob("*.json"))


def write_channel(folder: Path, days: Iterator[list[Planned]], writer: Writer, option: int) -> None:
    folder.mkdir()
    for number, day in enumerate(days):
        if day:
            date = datetime.fromtimestamp(STARTS + number * 86400, UTC).date()
            made = [
                writer.notice(one)
                if not (one.root or one.replies) and writer.pick.random() < 0.02
                else writer.message(one)
                for one in day
            ]
            (folder / f"{date}.json").write_bytes(orjson.dumps(made, option=option))


# --- the ways of reading it --------------------------------------------------------------


def json_alone(folder: Path) -> dict[str, int]:
    files = sorted(folder.glob("*/*.json"))
    return {"messages": sum(len(json.loads(file.read_bytes())) for file in files)}


def orjson_alone(folder: Path) -> dict[str, int]:
    files = sorted(folder.glob("*/*.json"))
    return {"messages": sum(len(orjson.loads(file.read_bytes())) for file in files)}


def into_documents(folder: Path) -> dict[str, int]:
    from pipeline.records import Document
    from pipeline.sources.base import ReadOptions
    from pipeline.sources.registry import recognise

    found = recognise(folder)
    if found.name != "slack":
        raise SystemExit(f"recognised as {found.name}, not as a Slack export")
    documents = messages = skipped = 0
    for record in found.read(folder, ReadOptions()):
        if isinstance(record, Document):
            documents += 1
            messages += len(record.parts)
        else:
            skipped += 1
    return {"messages": messages, "documents": documents, "skipped": skipped}


def whole_import(folder: Path) -> dict[str, int]:
    from pipeline.flow.importing import import_source
    from pipeline.flow.workspace import Workspace
    from pipeline.settings import Settings

    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), encoder="words")
        with Workspace(settings, "million", create=True) as workspace:
            told = import_source(workspace, folder)
    left = sum(told.skipped_reasons.values())
    return {"messages": told.messages, "documents": told.documents, "skipped": left}


WAYS: dict[str, Callable[[Path], dict[str, int]]] = {
    "json.loads of every file": json_alone,
    "orjson.loads of every file": orjson_alone,
    "connector, into documents": into_documents,
    "whole import, embedding apart": whole_import,
}
"""What is measured, each in a fresh process. The import also cleans, hides people, and keeps."""

BASE = "json.loads of every file"


def measured(way: str, folder: Path) -> dict[str, Any]:
    """Run one way in this process: seconds, peak memory and counts."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, busy = time.perf_counter(), time.process_time()
    counts = WAYS[way](folder)
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "way": way,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "start_mb": before / 1024,
        "peak_mb": peak / 1024,
    } | counts


def in_fresh_process(way: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--run", way, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def report(folder: Path, *, repeats: int) -> list[dict[str, Any]]:
    """Each way at its best of some rounds, all ways once a round."""
    rounds = [[in_fresh_process(way, folder) for way in WAYS] for _ in range(repeats)]
    best = [min(rows, key=lambda row: row["seconds"]) for rows in zip(*rounds, strict=True)]
    base = next(row["seconds"] for row in best if row["way"] == BASE)
    print("| way | seconds | messages/s | rate beside json.loads | peak MB | documents | skipped |")
    print("|---|---|---|---|---|---|---|")
    for row in best:
        row["rate"] = base / row["seconds"]
        print(
            f"| {row['way']} | {row['seconds']:.1f} | {row['messages'] / row['seconds']:,.0f} "
            f"| {row['rate']:.2f} | {row['peak_mb']:,.0f} "
            f"| {row.get('documents', '')} | {row.get('skipped', '')} |",
            flush=True,
        )
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--compact", action="store_true", help="JSON without indentation")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--keep", type=Path, help="write the export here, or use the one there")
    parser.add_argument("--run", choices=list(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        print(json.dumps(measured(given.run, given.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="doubleloop-bench-") as place:
        folder = given.keep or Path(place) / "export"
        if not folder.exists():
            write_export(folder, given.messages, compact=given.compact)
        size = sum(file.stat().st_size for file in folder.rglob("*.json"))
        print(f"{size / 1e6:,.0f} MB in {sum(1 for _ in folder.glob('*/*.json')):,} day files")
        rows = report(folder, repeats=given.repeats)
    if given.out:
        given.out.write_text(json.dumps({"bytes": size, "ways": rows}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
