"""From the text of one page to a document: front matter, title, tags, and what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from pipeline.records import Document, Link, Skipped, SourcePart, TextFormat
from pipeline.sources.base import ReadOptions
from pipeline.sources.pages.front_matter import matter_of, row_of
from pipeline.sources.pages.markup import Seen, seen
from pipeline.sources.pages.rst import markdown_of
from pipeline.sources.reading.files import suffix
from pipeline.sources.reading.values import listed, scalar
from pipeline.sources.tables.columns import MOST_TAGS, Row, columns_of
from pipeline.sources.tables.headers import field_of, plain

MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd")
RST = (".rst", ".rest")
PLAIN = (".txt", ".text")
HTML = (".html", ".htm", ".xhtml")
PAGES = (*MARKDOWN, *RST, *PLAIN)
"""Endings of pages that are text."""

_MOST_LINKS = 100
_EVERYBODYS = {
    "docs", "doc", "source", "src", "content", "contents", "pages", "text", "texts", "episodes",
    "website", "site", "wiki", "notes", "posts", "articles", "collections", "main", "en", "public",
}  # fmt: skip
_NAMELESS = {"readme", "index", "default", "home"}
_ORDER = re.compile(r"^\d{1,3}[-_. ]+(?=\D)")


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of all pages together.

    `notes`: they are a vault of notes, named by their files; `places`: where a note lies, by its
    name; `labels`: what a folder is called where its name is not it.
    """

    notes: bool = False
    places: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


ALONE = Site()


def page(
    text: str, name: str, options: ReadOptions, *, site: Site = ALONE, about: Row = ()
) -> Document | Skipped:
    """The document that a page is; skipped when it has no text.

    Args:
        text: The page, with its front matter.
        name: Its path: key and origin of the document; its ending tells the format.
        options: How to read.
        site: What is known of the pages beside it.
        about: What else is known of it, as the row of a table; its front matter goes before.
    """
    matter, body = matter_of(text, name, options)
    kind, made = _read(body, text, name, site)
    if not made.text.strip():
        return Skipped(name, "no text after the front matter" if matter else "no text")
    row = _merged(row_of(matter, options.columns), [p for p in made.fields if _known(p)], about)
    part = SourcePart("body", made.text, kind)
    found = _columns(row, part, name, options)
    if isinstance(found, Skipped):
        return found
    title = found.title or _label(matter) or _heading(made, name, site) or _alias(matter)
    return replace(
        found,
        key=name,
        title=title or _named(name),
        parts=(*(one for one in found.parts if one.body != part.body.strip()), part),
        tags=_tags(found.tags, made, name, site),
        links=_links(made, name, site),
    )


def _read(body: str, text: str, name: str, site: Site) -> tuple[TextFormat, Seen]:
    ending = suffix(name)
    if ending in RST:
        return "markdown", seen(markdown_of(body))
    if ending in MARKDOWN or (ending not in PLAIN and body is not text):
        return "markdown", seen(body, notes=site.notes, mdx=ending == ".mdx")
    return "html" if ending in HTML else "text", Seen(text=body)


def _columns(row: Row, part: SourcePart, name: str, options: ReadOptions) -> Document | Skipped:
    about = [*(pair for pair in row if pair[0] != "text"), ("text", part.body)]
    columns = columns_of(
        [about], options.columns, file=name, day_first=options.day_first, one_of_many=True
    )
    found = columns.document(about, where=name, file=name)
    if isinstance(found, Skipped) or found.origin.startswith(("http://", "https://")):
        return found
    return replace(found, origin=name)


def _merged(*rows: Row) -> Row:
    """The pairs of all rows; what an earlier one says of a field, a later one does not say."""
    merged: list[tuple[str, object]] = []
    for row in rows:
        known = {field_of(name) or plain(name) for name, _ in merged}
        merged.extend(
            pair
            for pair in row
            if (field_of(pair[0]) or plain(pair[0])) not in known or field_of(pair[0]) == "tags"
        )
    return merged


def _known(pair: tuple[str, str]) -> bool:
    return field_of(pair[0]) in ("title", "author", "created", "tags", "discipline", "status")


def _label(matter: Mapping[str, object]) -> str:
    return scalar(matter.get("sidebar_label")) or scalar(matter.get("nav_title"))


def _alias(matter: Mapping[str, object]) -> str:
    return next(iter(listed(matter.get("aliases") or matter.get("alias"))), "")


def _heading(made: Seen, name: str, site: Site) -> str:
    """The heading as a title; a note is called by its file unless it has one of the top level."""
    if site.notes and not made.top and PurePosixPath(name).stem.casefold() not in _NAMELESS:
        return ""
    return made.heading


def _named(name: str) -> str:
    """A title from the path: the name of the file, or of the folder that it introduces."""
    path = PurePosixPath(name.removesuffix(".gz"))
    if path.stem.casefold() in _NAMELESS and path.parent.name:
        return path.parent.name
    return _ORDER.sub("", path.stem).replace("_", " ")


def _tags(given: tuple[str, ...], made: Seen, name: str, site: Site) -> tuple[str, ...]:
    folder = _folder(name, site)
    own = [tag.removeprefix("#") for tag in given]
    return tuple(dict.fromkeys([*own, *made.tags, *([folder] if folder else [])]))[:MOST_TAGS]


def _folder(name: str, site: Site) -> str:
    """The first folder of a path that says something, as a word."""
    folders = PurePosixPath(name).parent.parts
    for at, part in enumerate(folders):
        if part.casefold() not in _EVERYBODYS and part not in (".", "..", "/"):
            label = site.labels.get("/".join(folders[: at + 1]))
            return label or _ORDER.sub("", part).replace("_", " ").strip()
    return ""


def _links(made: Seen, name: str, site: Site) -> tuple[Link, ...]:
    places = (site.places.get(target.casefold()) for target in made.targets)
    found = dict.fromkeys(place for place in places if place and place != name)
    return tuple(Link("related", place) for place in found)[:_MOST_LINKS]
