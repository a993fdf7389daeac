"""Pages in Markdown, reStructuredText or plain text: one, or a folder of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.pages.front_matter import has_matter
from pipeline.sources.pages.page import MARKDOWN, PAGES, PLAIN, RST, Site, page
from pipeline.sources.reading.files import Sample, files_below, read_text, suffix
from pipeline.sources.reading.json_records import parsed_json
from pipeline.sources.reading.values import scalar

_TERMS = {"license", "licence", "copying", "notice", "unlicense"}
_FURNITURE = {
    ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".mp4", ".mp3", ".wav", ".webm",
    ".css", ".scss", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".vue", ".woff", ".woff2",
    ".ttf", ".eot", ".yml", ".yaml", ".toml", ".ini", ".cfg", ".lock", ".py", ".canvas",
    ".excalidraw", "",
}  # fmt: skip
_CATEGORY = "_category_.json"
_SETTINGS = {_CATEGORY, "package.json", "package-lock.json", "sidebars.json", "versions.json"}
_LARGEST_CATEGORY = 1 << 16


class MarkdownFolder:
    """Reads one document from each page; front matter gives title, date, tags and the like."""

    name = "markdown"
    title = "Pages (Markdown, text)"
    description = (
        "a page or a folder of pages in Markdown, reStructuredText or plain text, from Obsidian, "
        "Docusaurus, MkDocs, Jekyll and others; front matter is understood"
    )

    def recognise(self, sample: Sample) -> float:
        """Sure of a page by its name, of a folder when all that can be read in it are pages."""
        if sample.folder:
            return recognised_as_pages(sample.names)
        if not sample.text:
            return 0.0
        if sample.suffix in MARKDOWN or has_matter(sample.text):
            return 0.85
        return 0.5 if sample.suffix in RST else 0.35 if sample.suffix in PLAIN else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every page as a document or as skipped."""
        return accounted(_documents(path, options), options)


def recognised_as_pages(names: Iterable[str]) -> float:
    """How sure the files of a folder are pages as a whole."""
    readable = [name for name in names if not is_furniture(name)]
    pages = sum(suffix(name) in PAGES for name in readable)
    if not pages:
        return 0.0
    sure = all(suffix(name) in (*MARKDOWN, *RST) for name in readable)
    return 0.85 if sure else 0.2 + 0.25 * pages / len(readable)  # a mixture is read file by file


def is_furniture(name: str) -> bool:
    """Whether a file of a site is none of its texts: a picture, a style, a setting, its terms."""
    path = PurePosixPath(name)
    return suffix(name) in _FURNITURE or path.name in _SETTINGS or path.stem.lower() in _TERMS


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    if not path.is_dir():
        yield _page(path, path.name, options, Site())
        return
    names = [
        file.relative_to(path).as_posix() for file in files_below(path) if isinstance(file, Path)
    ]
    site = _site(path, names)
    others: Counter[str] = Counter()
    found = False
    for file in files_below(path):
        if isinstance(file, Skipped):
            yield file
            continue
        name = file.relative_to(path).as_posix()
        if suffix(name) not in PAGES:
            others[suffix(name) or "no ending"] += not _is_terms(name)
        elif _is_terms(name):
            yield Skipped(name, "terms of use, not a page")
        else:
            found = True
            yield _page_of_many(file, name, options, site)
    if not found:
        raise UnreadableSource(f"The folder {path} holds no pages ({', '.join(PAGES)}).")
    if told := ", ".join(f"{count} {ending}" for ending, count in sorted(others.items()) if count):
        options.notice(f"{path.name}: files that are no pages were not read: {told}.")


def _is_terms(name: str) -> bool:
    return PurePosixPath(name).stem.lower() in _TERMS


def _page_of_many(path: Path, name: str, options: ReadOptions, site: Site) -> Document | Skipped:
    try:
        return _page(path, name, options, site)
    except UnreadableSource as error:
        return Skipped(name, error.message.replace(str(path), name))


def _page(path: Path, name: str, options: ReadOptions, site: Site) -> Document | Skipped:
    text = read_text(path, longest=options.longest_line, notice=options.notice)
    if isinstance(text, Skipped):
        return Skipped(name, text.reason)
    return page(text, name, options, site=site)


def _site(folder: Path, names: list[str]) -> Site:
    pages = [name for name in names if suffix(name) in MARKDOWN]
    places = {str(PurePosixPath(name).with_suffix("")).casefold(): name for name in pages}
    places |= {PurePosixPath(name).stem.casefold(): name for name in reversed(pages)}
    labels = {
        str(PurePosixPath(name).parent): label
        for name in names
        if PurePosixPath(name).name == _CATEGORY and (label := _label(folder / name))
    }
    return Site(notes=(folder / ".obsidian").is_dir(), places=places, labels=labels)


def _label(path: Path) -> str:
    """What a folder is called in the navigation of its site."""
    try:
        with path.open("rb") as file:
            held = parsed_json(file.read(_LARGEST_CATEGORY))
    except (OSError, ValueError):
        return ""
    return scalar(held.get("label")) if isinstance(held, dict) else ""


CONNECTOR = MarkdownFolder()
