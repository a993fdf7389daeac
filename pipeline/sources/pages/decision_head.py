"""What a decision record says of itself before its text: number, title, state, what it replaces.

Read are headers as of mail (PEP and its kin), lists of facts (Rust's RFC), YAML (KEP, MADR), and
the sections `Status` and `Date` of an ADR.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from pipeline.records import Link, OutcomeStatus
from pipeline.sources.pages.decision_links import (
    joined,
    mentions,
    numbered,
    state_links,
    told,
    yaml_links,
)
from pipeline.sources.reading.values import listed, moment, scalar

_STATES: dict[OutcomeStatus, str] = {
    "worked": "final implemented active done completed",
    "partly": "partly",
    "failed": "rejected withdrawn superseded deprecated replaced abandoned obsolete",
    "too early": "draft deferred proposed provisional proposal pending postponed wip "
    "under_review in_review in_progress",
}
_STATE: dict[str, OutcomeStatus] = {
    word.replace("_", " "): status for status, words in _STATES.items() for word in words.split()
}
_MAIL = re.compile(r"([A-Z]{2,5}|Number)[ \t]*:[ \t]*(\d{1,6})[ \t]*$", re.MULTILINE)
_MAIL_FIELD = re.compile(r"([A-Za-z][\w-]{1,40}):[ \t]*(.*)")
_FACT = re.compile(r"[ \tq]{0,4}[-*] \**([A-Z][\w #()/-]{1,40}?)\**:\**[ \t]*(.{0,1000})")
_FACTS = {"start date", "rfc pr", "feature name", "rust issue", "feature gates"}
_WEB = re.compile(r"https?://[^\s()<>\[\]\"']{4,500}")
_KEP = re.compile(r"^#[ \t]+\[?KEP[- ]?(\d{1,6})\]?:?[ \t]*(.{0,300})", re.MULTILINE)
_KEP_PATH = re.compile(r"(?:^|/)keps/(?:[^/]+/)*?(sig-[^/]+|prod-[^/]+|provider-[^/]+)/")
_ADR = re.compile(
    r"^#[ \t]+(?:ADR[- ]?)?0{0,6}(\d{1,5})[.:)\-–—]?[ \t]+[-–—:]?[ \t]*(\S.{0,300})", re.MULTILINE
)
_IN_PATH = re.compile(
    r"(?:^|[/_-])(?:adr|pep|rfc|kep)?-?0{0,6}(\d{1,5})(?=[-_./]|$)", re.IGNORECASE
)
_STATUS = re.compile(
    r"^#{1,4}[ \t]+Status[ \t]*$\s*(.{1,300}(?:\n(?!#).{0,300}){0,10})",
    re.MULTILINE | re.IGNORECASE,
)
_STATUS_LINE = re.compile(
    r"^[ \t]{0,3}[*-]?[ \t]*\**(Status|Date|Deciders|Decision-makers)\**:\**[ \t]*(\S.{0,300})$",
    re.MULTILINE | re.IGNORECASE,
)
_BEGINNING = 6000


@dataclass(frozen=True, slots=True)
class Head:
    """What a record says of itself, and its text."""

    scheme: str
    text: str
    number: str = ""
    title: str = ""
    state: str = ""
    author: str = ""
    created: datetime | None = None
    discipline: str = ""
    tags: tuple[str, ...] = ()
    origin: str = ""
    links: tuple[Link, ...] = field(default=())

    @property
    def status(self) -> OutcomeStatus:
        """How it turned out: what was done worked, what was dropped failed, drafts are early.

        What was only accepted, and any other word, is unknown.
        """
        words = re.sub(r"[\W_]+", " ", self.state).strip().casefold()
        return _STATE.get(words) or _STATE.get(words.split(" ")[0], "unknown")


def head_of(text: str, path: str) -> Head | None:
    """The head of a decision record; None for a text that has none of the heads known."""
    text = text.removeprefix("\ufeff")
    return _mail(text) or _facts(text, path) or _kep(text, path) or _adr(text, path)


def with_yaml(head: Head, held: Mapping[str, Any]) -> Head:
    """The head with what YAML says of it, beside the text or before it."""
    scheme = "KEP" if "kep-number" in held or "owning-sig" in held else head.scheme
    number = re.sub(r"^0+", "", scalar(held.get("kep-number"))) or head.number
    authors = held.get("authors") or held.get("author") or held.get("deciders")
    authors = authors or held.get("decision-makers")
    since = held.get("creation-date") or held.get("date") or held.get("created")
    sig = scalar(held.get("owning-sig"))
    return replace(
        head,
        scheme=scheme,
        number=number,
        title=scalar(held.get("title")) or head.title,
        state=scalar(held.get("status")) or head.state,
        author=_author(next(iter(listed(authors)), "")) or head.author,
        created=moment(since) or head.created,
        discipline=sig or head.discipline,
        links=joined(head.links, yaml_links(held, scheme), state_links(held, scheme)),
    )


def with_row(head: Head, row: Mapping[str, object]) -> Head:
    """The head with what a table says of the record, where its own text does not."""
    number = re.sub(r"^0+", "", scalar(row.get("number")))
    return replace(
        head,
        number=head.number or (number if number.isdigit() else ""),
        title=head.title or scalar(row.get("title")),
        state=head.state or scalar(row.get("status")),
        author=head.author or _author(scalar(row.get("author"))),
        created=head.created or moment(row.get("created")),
        discipline=head.discipline or scalar(row.get("sig")),
    )


# --- PEP and what is written like it -----------------------------------------------------


def _mail(text: str) -> Head | None:
    first = _MAIL.match(text)
    if not first:
        return None
    block, _, body = text.replace("\r\n", "\n").partition("\n\n")
    held = _fields(block)
    if "title" not in held or "status" not in held:
        return None
    scheme, number = first[1], re.sub(r"^0+(?=\d)", "", first[2])
    tags = [*listed(held.get("topic", "")), held.get("type", "")]
    return Head(
        scheme,
        body,
        number,
        title=re.sub(r"`+|\\\\ ", "", held["title"]),
        state=held["status"],
        author=_author(held.get("author", held.get("authors", ""))),
        created=moment(held.get("created", "")),
        tags=tuple(tag for tag in tags if tag),
        origin=f"https://peps.python.org/pep-{number.zfill(4)}/" if scheme == "PEP" else "",
        links=joined(
            numbered("requires", held.get("requires", ""), scheme),
            numbered("supersedes", held.get("replaces", ""), scheme),
            numbered("related", held.get("superseded-by", ""), scheme),
            mentions(body, number) if scheme == "PEP" else (),
        ),
    )


def _fields(block: str) -> dict[str, str]:
    held: dict[str, str] = {}
    name = ""
    for line in block.split("\n")[:200]:
        found = _MAIL_FIELD.match(line)
        if found:
            name = found[1].casefold()
            held[name] = found[2].strip()
        elif name and line[:1].isspace():
            held[name] = f"{held[name]} {line.strip()}".strip()
    return held


# --- Rust's RFC, and lists of facts like it ----------------------------------------------


def _facts(text: str, path: str) -> Head | None:
    begin = text[:_BEGINNING]
    held: dict[str, str] = {}
    lines: list[str] = []
    for line in begin.splitlines(keepends=True)[:60]:
        found = _FACT.match(line.rstrip())
        name = found[1].strip(" #").casefold() if found else ""
        if found and name not in held and (held or name in _FACTS):
            held[name] = found[2].strip()
            lines.append(line)
        elif line.startswith("## ") and held:
            break
    if len(held.keys() & _FACTS) < 2:
        return None
    for line in lines:
        begin = begin.replace(line, "", 1)
    link = _WEB.search(held.get("rfc pr", ""))
    number = _number_in(path) or _last_number(link)
    heading = re.search(r"\A\s*#{1,2}[ \t]+(.{1,300})", begin)
    return Head(
        "RFC",
        begin + text[_BEGINNING:],
        number,
        title=_rfc_title(heading[1] if heading else "", held, path),
        state=_taken_back(text),
        created=moment(held.get("start date", "")),
        origin=link[0] if link else "",
    )


def _taken_back(text: str) -> str:
    """What a notice at the end of an RFC says of its state."""
    found = re.search(
        r"^## .{0,60}previously approved, but (.{0,20})later \**withdrawn", text, re.M
    )
    return "" if not found else "partly" if "part" in found[1] else "withdrawn"


def _rfc_title(heading: str, held: Mapping[str, str], path: str) -> str:
    plain = heading.strip(" `#")
    if plain and not re.match(
        r"(summary|motivation|abstract|this rfc was)\b", plain, re.IGNORECASE
    ):
        return plain
    feature = held.get("feature name", "").strip("`* ()")
    if re.fullmatch(r"[\w-]{4,80}", feature) and feature.casefold() not in ("none", "n-a"):
        return feature.replace("_", " ").replace("-", " ")
    stem = re.sub(r"^\d+[-_. ]*", "", PurePosixPath(path).stem)
    return stem.replace("-", " ").replace("_", " ") or feature


def _last_number(link: re.Match[str] | None) -> str:
    found = re.search(r"(?<!\d)(\d+)/?$", link[0]) if link else None
    return found[1] if found else ""


# --- KEP ---------------------------------------------------------------------------------


def _kep(text: str, path: str) -> Head | None:
    found = _KEP.search(text[:_BEGINNING])
    inside = _KEP_PATH.search(path)
    if not found and not inside:
        return None
    number = found[1].lstrip("0") if found else ""
    folder = PurePosixPath(path).parent.name
    by_folder = re.match(r"(\d{1,6})-(.+)", folder)
    heading = re.search(r"^#[ \t]+(.{1,300})", text[:_BEGINNING], re.MULTILINE)
    title = found[2] if found else heading[1] if heading else ""
    if not title.strip() and by_folder:
        title = by_folder[2].replace("-", " ")
    return Head(
        "KEP",
        text,
        number or (by_folder[1].lstrip("0") if by_folder and inside else ""),
        title=title.strip(" :#"),
        discipline=inside[1] if inside else "",
    )


# --- ADR, MADR ---------------------------------------------------------------------------


def _adr(text: str, path: str) -> Head | None:
    begin = text[:_BEGINNING]
    facts = {name.casefold(): value for name, value in _STATUS_LINE.findall(begin)}
    section = _STATUS.search(begin)
    titled = _ADR.search(begin)
    number = titled[1] if titled else _number_in(path)
    heading = re.search(r"^#[ \t]+(.{1,300})", begin, re.MULTILINE)
    state = section[1].strip() if section else facts.get("status", "")
    sections = {
        title.casefold() for title in re.findall(r"^##[ \t]+(.{1,80}?)[ \t#]*$", text, re.M)
    }
    if not heading or not (
        _is_adr(sections) and (state or "decision outcome" in sections or titled)
    ):
        return None
    return Head(
        "ADR",
        text,
        number,
        title=(titled[2] if titled else heading[1]).strip(" #"),
        state=next(iter(state.split("\n")), "").strip("* "),
        author=_author(
            next(iter(listed(facts.get("deciders", facts.get("decision-makers", "")))), "")
        ),
        created=moment(facts.get("date", "")),
        links=told(state, "ADR"),
    )


def _is_adr(sections: set[str]) -> bool:
    context = any(title.startswith("context") for title in sections)
    return context and any(title.startswith("decision") for title in sections)


# --- what they share ---------------------------------------------------------------------


def _author(words: str) -> str:
    """The first of several names, without its address.

    >>> _author("Ann Moe <ann@example.org>, Bo"), _author("@cee")
    ('Ann Moe', 'cee')
    """
    first = re.split(r"[,;\n]| and ", words[:1000], maxsplit=1)[0]
    name = re.sub(r"<[^<>]*>|\([^()]*\)", " ", first).strip() or first.strip(" <>")
    return " ".join(name.split())[:100].lstrip("@")


def _number_in(path: str) -> str:
    found = _IN_PATH.search(PurePosixPath(path).name)
    return found[1] if found else ""
