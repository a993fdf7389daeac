"""What decision records say of one another: what they replace, require and mention."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pipeline.records import Link
from pipeline.sources.reading.values import scalar, written

Kind = Literal["duplicate", "supersedes", "requires", "related"]

_SUPERSEDED = re.compile(r"(?:super[sc]eded|replaced) by\s+([^\n]{1,200})", re.IGNORECASE)
_SUPERSEDES = re.compile(r"(?:super[sc]edes|replaces)\s+([^\n]{1,200})", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.-])(?:[A-Z]{2,5}[- ]?)?0{0,6}(\d{1,6})(?!-\d\d-\d\d)(?=[-_.,;\]): ]|$)"
)
_MENTION = re.compile(r":pep:`(?:[^`<\n]{0,100}<)?(\d{1,4})|(?<![\w-])PEP[ -]?(\d{1,4})\b")
_MOST_LINKS = 100


def key_of(scheme: str, number: str) -> str:
    """The key of a record by its number, such as `PEP 8`."""
    return f"{scheme} {number}"


def mentions(body: str, own: str) -> tuple[Link, ...]:
    """The other PEPs that a text speaks of."""
    numbers = (found[1] or found[2] for found in _MENTION.finditer(body))
    named = dict.fromkeys(re.sub(r"^0+(?=\d)", "", number) for number in numbers)
    return tuple(Link("related", key_of("PEP", n)) for n in named if n != own)[:_MOST_LINKS]


def told(state: str, scheme: str) -> tuple[Link, ...]:
    """What the words of a state say that it replaces, or is replaced by."""
    by = [found[1] for found in _SUPERSEDED.finditer(state)]
    of = [found[1] for found in _SUPERSEDES.finditer(_SUPERSEDED.sub("", state))]
    return joined(
        *(numbered("related", words, scheme) for words in by),
        *(numbered("supersedes", words, scheme) for words in of),
    )


def yaml_links(held: Mapping[str, Any], scheme: str) -> tuple[Link, ...]:
    """What the fields of YAML say that a record replaces, or is replaced by."""
    return joined(
        numbered("supersedes", written(held.get("replaces")), scheme),
        numbered("related", written(held.get("superseded-by")), scheme),
        numbered("related", written(held.get("see-also")), scheme),
    )


def state_links(held: Mapping[str, Any], scheme: str) -> tuple[Link, ...]:
    """What the state in YAML says of other records."""
    return told(scalar(held.get("status")), scheme)


def numbered(kind: Kind, words: str, scheme: str) -> tuple[Link, ...]:
    """Links to the records whose numbers stand in some words.

    >>> [link.target for link in numbered("requires", "[X-05](05-a.md), 7 (2020-01-31)", "ADR")]
    ['ADR 5', 'ADR 7']
    """
    numbers = (found[1] for found in _NUMBER.finditer(words.replace("/", " ").replace("[", " ")))
    return tuple(Link(kind, key_of(scheme, n)) for n in dict.fromkeys(numbers))[:_MOST_LINKS]


def joined(*links: tuple[Link, ...]) -> tuple[Link, ...]:
    """All of them, each target once: what is said first counts."""
    found: dict[str, Link] = {}
    for link in (one for some in links for one in some):
        found.setdefault(link.target, link)
    return tuple(found.values())
