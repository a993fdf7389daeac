"""The sections of a decision record as parts of an experience, told by their headings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.records import PartName, SourcePart

_WORDS: dict[PartName, str] = {
    "situation": "motivation|context|background|problem|problems|problem statement|the problem"
    "|current situation|decision drivers",
    "action": "decision|decision outcome|the decision|chosen option|proposal|proposed solution"
    "|proposed change|proposed changes|specification|solution|design|detailed design"
    "|design details|guide level explanation|reference level explanation",
    "outcome": "consequences|positive consequences|negative consequences|drawbacks|downsides"
    "|results|outcome|rejection notice|rejection|pep rejection|pep withdrawal|withdrawal"
    "|pep acceptance|acceptance|pep deferral|deferral|pronouncement|bdfl pronouncement|resolution",
    "insight": "alternatives|alternatives considered|considered alternatives|rejected alternatives"
    "|rejected ideas|rationale and alternatives|considered options|options considered"
    "|pros and cons of the options|lessons|lessons learned|lessons learnt|alternative designs"
    "|alternatives and downsides|drawbacks and alternatives|rejected proposals",
}
_PART: dict[str, PartName] = {
    words: name for name, some in _WORDS.items() for words in some.split("|")
}
_BEGINS: tuple[tuple[str, PartName], ...] = (
    ("context and ", "situation"),
    ("motivation and ", "situation"),
    ("background and ", "situation"),
    ("this rfc was previously approved", "outcome"),
)
_DROPPED = {"table of contents", "contents", "copyright", "status", "date"}
_SHORT = 500
_FENCE = re.compile(r"\s{0,12}(`{3,}|~{3,})")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.{1,300}?)[ \t#]*$")
_TOC = ("<!-- toc -->", "<!-- /toc -->")


@dataclass(frozen=True, slots=True)
class _Heading:
    line: int
    level: int
    title: str


def decision_parts(markdown: str, title: str) -> tuple[SourcePart, ...]:
    """The parts of a record in the order of its text; what no heading tells is `body`.

    Tables of contents, licence notices and the section of the state are left out, as is the
    heading that is the title.
    """
    before, _, after = markdown.partition(_TOC[0])
    lines = (before + (after.partition(_TOC[1])[2] or after)).splitlines()
    cuts = _sections(_headings(lines), title)
    starts = [0, *(cut.line for cut in cuts)]
    names: list[PartName] = ["body", *(part_of(cut.title) for cut in cuts)]
    titles = ["", *(_plain(cut.title) for cut in cuts)]
    ends = [*starts[1:], len(lines)]
    parts: list[SourcePart] = []
    left_out: list[str] = []
    for name, told, start, end in zip(names, titles, starts, ends, strict=True):
        body = "\n".join(_without_title(lines[start:end], title)).strip()
        if not body or (told in _DROPPED and len(body) < _SHORT) or _is_heading_alone(body):
            left_out.append(body)
            continue
        if parts and parts[-1].name == name:
            parts[-1] = SourcePart(name, f"{parts[-1].body}\n\n{body}", "markdown")
        else:
            parts.append(SourcePart(name, body, "markdown"))
    if not parts and any(left_out):  # a record that has nothing else
        parts.append(SourcePart("body", "\n\n".join(filter(None, left_out)), "markdown"))
    return tuple(parts)


def part_of(heading: str) -> PartName:
    """What the section below a heading tells.

    >>> part_of("2. Rejected ideas"), part_of("Reference-level explanation"), part_of("Summary")
    ('insight', 'action', 'body')
    """
    words = _plain(heading)
    if words in _PART:
        return _PART[words]
    return next((name for start, name in _BEGINS if words.startswith(start)), "body")


def _plain(heading: str) -> str:
    bare = re.sub(r"[\[(]optional[\])]|\{[^{}]*\}", "", heading, flags=re.IGNORECASE)
    return re.sub(r"^[\d. ]+|\b0+\b", "", re.sub(r"[\W_]+", " ", bare)).strip().casefold()


def _headings(lines: list[str]) -> list[_Heading]:
    found: list[_Heading] = []
    fence = ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            closes = mark and mark[1].startswith(fence) and not line.strip().strip(fence[0])
            fence = "" if closes else fence
        elif mark:
            fence = mark[1]
        elif heading := _HEADING.match(line):
            found.append(_Heading(number, len(heading[1]), heading[2]))
    return found


def _sections(headings: list[_Heading], title: str) -> list[_Heading]:
    """The headings of the level that divides a record: the highest below its title."""
    own = [one for one in headings if not _same(one.title, title)]
    if len(own) == len(headings) and headings and headings[0].level == 1:
        alone = sum(one.level == 1 for one in headings) == 1
        own = headings[1:] if alone and part_of(headings[0].title) == "body" else headings
    level = min((one.level for one in own), default=0)
    return [one for one in own if one.level == level]


def _without_title(lines: list[str], title: str) -> list[str]:
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    found = _HEADING.match(lines[first]) if lines else None
    return lines[first + 1 :] if found and _same(found[2], title) else lines


def _same(heading: str, title: str) -> bool:
    return (
        bool(title)
        and _letters(heading).endswith(_letters(title))
        and len(heading) < 2 * len(title) + 20
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _is_heading_alone(body: str) -> bool:
    return "\n" not in body and bool(_HEADING.match(body))
