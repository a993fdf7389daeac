"""Pages in HTML: one, or a site that was saved to a folder. The main part of each is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.pages.markdown import is_furniture
from pipeline.sources.pages.page import HTML
from pipeline.sources.reading.files import Sample, files_below, read_text, suffix
from pipeline.sources.reading.json_records import parsed_json
from pipeline.sources.reading.values import listed, moment, scalar, whole
from pipeline.sources.tables.columns import MOST_TAGS

_BEGINNING = re.compile(
    r"\s*+(?:<\?xml[^>]{0,200}>\s*+)?(?>(?><!--.{0,5000}?-->)\s*+){0,5}"
    r"<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_PIECE = re.compile(r"<(?:p|div|h[1-6]|ul|ol|table|article|section)\b[^<>]{0,300}>", re.IGNORECASE)
_MAIN = (
    "//main", "//*[@role='main']", "//*[@itemprop='articleBody']", "//article",
    "//*[@id='content' or @id='main-content' or @id='mw-content-text' or @id='main']",
    "//*[contains(concat(' ', @class, ' '), ' entry-content ')]",
)  # fmt: skip
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LEAST_SHARE = 0.3
_ALWAYS_OUT = (
    "//script|//style|//noscript|//template|//iframe|//object|//nav|//svg|//button|//select"
    "|//*[@role='navigation' or @role='search' or @role='banner' or @role='contentinfo']"
    "|//*[@hidden or @aria-hidden='true']|//a[contains(@class,'headerlink')]|//comment()"
    "|//*[contains(concat(' ', @class, ' '), ' breadcrumb ')]"
    "|//*[contains(concat(' ', @class, ' '), ' breadcrumbs ')]"
    "|//*[@id='toc' or @id='cookie-banner' or contains(concat(' ', @class, ' '), ' toc ')]"
)
_OUT_OF_BODY = "//header|//footer|//aside|//form|//*[@id='sidebar' or @id='footer' or @id='header']"
_LONGEST_TITLE = 300
_LARGEST_JSON = 1 << 16


class HtmlPages:
    """Reads one document from each page, without its navigation; its address is the origin."""

    name = "html"
    title = "Web pages (HTML)"
    description = "a page in HTML, or a folder of them such as a saved site"

    def recognise(self, sample: Sample) -> float:
        """Sure of what begins as HTML; of a folder when all that can be read in it does so."""
        if sample.folder:
            readable = [name for name in sample.names if not is_furniture(name)]
            return 0.85 if readable and all(suffix(name) in HTML for name in readable) else 0.0
        if _BEGINNING.match(sample.text):
            return 0.9
        return 0.8 if sample.suffix in HTML and _PIECE.search(sample.text) else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every page as a document or as skipped."""
        return accounted(_documents(path, options), options)


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    if not path.is_dir():
        yield _page(path, path.name, options)
        return
    found = False
    for file in files_below(path):
        if isinstance(file, Skipped):
            yield file
        elif suffix(file.name) in HTML:
            found = True
            yield _page_of_many(file, file.relative_to(path).as_posix(), options)
    if not found:
        raise UnreadableSource(f"The folder {path} holds no pages in HTML.")


def _page_of_many(path: Path, name: str, options: ReadOptions) -> Document | Skipped:
    try:
        return _page(path, name, options)
    except UnreadableSource as error:
        return Skipped(name, error.message.replace(str(path), name))


def _page(path: Path, name: str, options: ReadOptions) -> Document | Skipped:
    text = read_text(path, longest=options.longest_line, notice=options.notice)
    if isinstance(text, Skipped):
        return Skipped(name, text.reason)
    root = _parsed(text)
    if root is None:
        return Skipped(name, "no text")
    about = _about(root)
    main = _main(root)
    if not _text(main):
        return Skipped(name, "no text besides navigation")
    body = whole(etree.tostring(main, encoding="unicode", method="html", with_tail=False))
    return Document(
        key=name,
        title=about.title or PurePosixPath(name).stem,
        parts=(SourcePart("body", body, "html"),),
        origin=about.link or name,
        author=about.author or None,
        created=about.created,
        tags=about.tags,
        language=about.language or None,
    )


def _parsed(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True)
    try:
        return etree.fromstring(whole(text).encode(), parser)
    except (etree.LxmlError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class _About:
    """What the head of a page says of it."""

    title: str
    author: str
    created: datetime | None
    link: str
    tags: tuple[str, ...]
    language: str


def _about(root: etree._Element) -> _About:
    held = _named(root)
    linked = _linked_data(root)
    author = _first(held, "author", "dc.creator", "citation_author", "article:author")
    dates = ("article:published_time", "datepublished", "date", "dc.date", "dcterms.created",
             "citation_publication_date", "pubdate")  # fmt: skip
    link = next(iter(_values(root, "//link[@rel='canonical']/@href")), "") or held.get("og:url", "")
    times = _values(root, "//time[@pubdate or @itemprop='datePublished']/@datetime")
    return _About(
        title=_title(root, held),
        author=(author if "://" not in author else "") or linked.get("author", ""),
        created=moment(_first(held, *dates) or linked.get("date", "") or next(iter(times), "")),
        link=link if link.startswith(("http://", "https://")) else "",
        tags=tuple(dict.fromkeys(listed(_first(held, "article:tag", "keywords"))))[:MOST_TAGS],
        language=next(iter(_values(root, "/html/@lang")), "")[:20],
    )


def _named(root: etree._Element) -> dict[str, str]:
    """The `meta` of a page by name; the first of each name counts."""
    held: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        content = " ".join((meta.get("content") or "").split())
        if name and content:
            held.setdefault(name.casefold(), content[:1000])
    return held


def _title(root: etree._Element, held: dict[str, str]) -> str:
    """The only heading of the first level, else what the head says."""
    headings = [_text(one) for one in root.iter("h1")]
    own = [one for one in headings if one]
    if len(own) == 1:
        return own[0].removesuffix("¶").strip()[:_LONGEST_TITLE]
    titles = (_text(one) for one in root.iter("title"))
    return (held.get("og:title") or next(titles, "") or next(iter(own), ""))[:_LONGEST_TITLE]


def _linked_data(root: etree._Element) -> dict[str, str]:
    """Author and date as a page tells them to search engines in JSON-LD."""
    found: dict[str, str] = {}
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        try:
            held = parsed_json((script.text or "")[:_LARGEST_JSON])
        except ValueError:
            continue
        for item in _objects(held):
            author = item.get("author")
            first = author[0] if isinstance(author, list) and author else author
            name = scalar(first.get("name")) if isinstance(first, dict) else scalar(first)
            found.setdefault("author", name)
            found.setdefault("date", scalar(item.get("datePublished")))
    return {name: value for name, value in found.items() if value}


def _objects(held: Any) -> list[dict[str, Any]]:
    graph = held.get("@graph") if isinstance(held, dict) else None
    items = graph if isinstance(graph, list) else held if isinstance(held, list) else [held]
    return [item for item in items if isinstance(item, dict) and "datePublished" in item]


def _main(root: etree._Element) -> etree._Element:
    """The element with the text of the page, once what is not its text has been taken out."""
    _take_out(root, _ALWAYS_OUT)
    bodies = root.findall(".//body")
    body = bodies[0] if bodies else root
    size = len(_text(body))
    for place in _MAIN:
        found = [one for one in _elements(root, place) if one.getparent() is not None]
        if len(found) == 1 and len(_text(found[0])) >= _LEAST_SHARE * size:
            return found[0]
    _take_out(body, _OUT_OF_BODY)
    return body


def _take_out(root: etree._Element, place: str) -> None:
    for element in _elements(root, place):
        parent = element.getparent()
        if parent is None or element.tag in ("body", "html"):
            continue
        before = element.getprevious()
        tail = _CONTROLS.sub("", element.tail or "")
        if tail and before is not None:
            before.tail = _CONTROLS.sub("", before.tail or "") + tail
        elif tail:
            parent.text = _CONTROLS.sub("", parent.text or "") + tail
        element.tail = None
        parent.remove(element)


def _elements(root: etree._Element, place: str) -> list[etree._Element]:
    found = root.xpath(place)
    return (
        [one for one in found if isinstance(one, etree._Element)] if isinstance(found, list) else []
    )


def _values(root: etree._Element, place: str) -> list[str]:
    found = root.xpath(place)
    return [str(one).strip() for one in found] if isinstance(found, list) else []


def _text(element: etree._Element) -> str:
    return " ".join("".join(str(piece) for piece in element.itertext(etree.Element)).split())


def _first(held: dict[str, str], *names: str) -> str:
    return next((held[name] for name in names if held.get(name)), "")


CONNECTOR = HtmlPages()
