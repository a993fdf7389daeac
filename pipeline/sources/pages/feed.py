"""Feeds (RSS, Atom, RDF) and blogs exported as one: each entry with its link, author and date."""

from __future__ import annotations

import calendar
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax import SAXException, handler

import feedparser
from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped, SourcePart, TextFormat
from pipeline.sources.base import ReadOptions, accounted, content_key
from pipeline.sources.reading.files import Sample, read_bytes
from pipeline.sources.reading.office import MALFORMED
from pipeline.sources.reading.values import scalar, whole
from pipeline.sources.tables.columns import MOST_TAGS

LARGEST = 1 << 26
"""Bytes of the largest feed that is read: it is held in memory whole."""

_BEGINNING = re.compile(
    r"\s*+(?:<\?xml[^>]{0,300}\?>\s*+)?(?>(?><\?[^>]{0,500}\?>|<!--.{0,5000}?-->"
    r"|<!DOCTYPE[^<>\[]{0,300}(?:\[[^\]]{0,5000}\])?\s*>)\s*+){0,8}"
    r"<(rss|(?:\w+:)?feed|rdf:RDF)\b([^>]{0,4000})",
    re.DOTALL,
)
_NAMESPACES = {"feed": ("www.w3.org/2005/Atom", "purl.org/atom"), "rdf:RDF": ("purl.org/rss",)}
_NO_POSTS = ("attachment", "nav_menu_item", "revision", "custom_css", "wp_global_styles")
_MARKED = re.compile(r"<[a-zA-Z/][^<>]{0,300}>|&[a-z#0-9]{2,8};")


class Feed:
    """Reads one document from each entry of the file; nothing is fetched."""

    name = "feed"
    title = "Feed (RSS, Atom)"
    description = "a feed that was saved, or a blog exported as one (WordPress)"

    def recognise(self, sample: Sample) -> float:
        """Very sure of an element and namespace that only feeds have."""
        found = _BEGINNING.match(sample.text)
        if not found:
            return 0.0
        name = found[1].rsplit(":", 1)[-1] if found[1].endswith("feed") else found[1]
        spaces = _NAMESPACES.get(name)
        return 0.95 if not spaces or any(space in found[2] for space in spaces) else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every entry as a document or as skipped."""
        return accounted(_documents(path), options)


def _documents(path: Path) -> Iterator[Document | Skipped]:
    data = read_bytes(path, most=LARGEST)
    _harmless(data, path)
    try:
        held = feedparser.parse(
            io.BytesIO(data),
            resolve_relative_uris=False,
            sanitize_html=False,
            response_headers={"content-type": "application/xml"},
        )
        language = scalar(held.feed.get("language"))[:20]
        entries = list(held.entries)
    except (*MALFORMED, SAXException) as error:
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise UnreadableSource(f"{path} is a damaged feed: {why}.") from None
    if not entries:
        raise UnreadableSource(f"{path} holds no entries of a feed.")
    no_posts: Counter[str] = Counter()
    for number, entry in enumerate(entries, 1):
        kind = scalar(entry.get("wp_post_type"))
        if kind in _NO_POSTS:
            no_posts[kind] += 1
        else:
            yield _document(entry, f"{path.name}:entry {number}", language)
    for kind, count in no_posts.items():
        yield Skipped(f"{path.name}: {count} of type {kind}", "no posts: media, menus and the like")


def _harmless(data: bytes, path: Path) -> None:
    """Refuse XML that declares entities; what is merely not well formed is left to the reader.

    Raises:
        UnreadableSource: It declares entities, or takes something in from elsewhere.
    """
    parser = make_parser()
    parser.setContentHandler(handler.ContentHandler())
    try:
        parser.parse(io.BytesIO(data))
    except DefusedXmlException:
        raise UnreadableSource(
            f"{path} declares XML entities, which no feed needs; it was not read."
        ) from None
    except (SAXException, *MALFORMED):
        return


def _document(entry: Any, where: str, language: str) -> Document | Skipped:
    body, kind = _content(entry)
    title = whole(_bare(scalar(entry.get("title"))))
    if not body and not title:
        return Skipped(where, "no text")
    link = scalar(entry.get("link"))
    part = SourcePart("body", whole(body) or title, kind)
    author = scalar(entry.get("author_detail", {}).get("name")) or scalar(entry.get("author"))
    return Document(
        key=scalar(entry.get("id")) or link or content_key(title, body),
        title=title,
        parts=(part,),
        origin=link if link.startswith(("http://", "https://")) else where,
        author=author or None,
        created=_date(entry),
        tags=_tags(entry),
        language=language or None,
    )


def _content(entry: Any) -> tuple[str, TextFormat]:
    """The longest of what an entry tells: its content or its summary, and how it is written."""
    contents = entry.get("content")
    held = (
        [item for item in contents if isinstance(item, dict)] if isinstance(contents, list) else []
    )
    detail = entry.get("summary_detail")
    held += [detail] if isinstance(detail, dict) else []
    values = [(scalar(item.get("value")), scalar(item.get("type"))) for item in held]
    values.append((scalar(entry.get("summary")), ""))
    body, kind = max(values, key=lambda pair: len(pair[0]))
    return body, "html" if _MARKED.search(body) or "html" in kind else "text"


def _bare(title: str) -> str:
    return " ".join(re.sub(r"<[^<>]{1,300}>", "", title).split())[:300]


def _date(entry: Any) -> datetime | None:
    for name in ("published_parsed", "created_parsed", "updated_parsed"):
        value = dict.get(entry, name)  # its own `get` answers with the other date
        if value:
            try:
                return datetime.fromtimestamp(calendar.timegm(value), UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                continue
    return None


def _tags(entry: Any) -> tuple[str, ...]:
    held = entry.get("tags")
    terms = (
        [tag.get("term") for tag in held if isinstance(tag, dict)] if isinstance(held, list) else []
    )
    words = [word[:80] for term in terms if (word := scalar(term)) and "://" not in word]
    return tuple(dict.fromkeys(words))[:MOST_TAGS]


CONNECTOR = Feed()
