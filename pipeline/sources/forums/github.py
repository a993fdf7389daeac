"""Issues, pull requests and discussions of GitHub, in whatever JSON they were fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.forums.github_item import address_of, item_document
from pipeline.sources.forums.github_said import Record, Said, nodes, said, said_in, text
from pipeline.sources.forums.whole import same_kind
from pipeline.sources.reading.files import Sample, files_below, look_at, suffix
from pipeline.sources.reading.json_records import first_object, json_items, json_records
from pipeline.sources.reading.left_out import LeftOut
from pipeline.sources.reading.shelf import Shelf

_SUFFIXES = (".json", ".jsonl", ".ndjson")
_BELONGS = (
    "issue_url", "pull_request_url", "discussion_url", "issue", "pull_request", "discussion",
)  # fmt: skip
"""Where a comment that is kept apart names what it belongs to."""

_LINK = re.compile(r"https?://[^\s\"]+/(issues|pulls?|discussions)/\d+")
_NODE = re.compile(
    r'^\s*+\[?\s*+\{\s*"data"\s*:\s*\{\s*"(repository|search|nodes?|organization|viewer|user)"'
    r'[^\]]{0,4000}?"(discussions?|issues?|pullRequests?|nodes|edges)"\s*:\s*[\[{]'
)
_ITEM = re.compile(r'"(html_)?url"\s*:\s*"https?://[^\s"]+/(issues|pulls?|discussions)/\d+"')
_OF_ITEMS = frozenset(
    ["authorAssociation", "author_association", "stateReason", "state_reason", "mergedAt",
     "closedByPullRequestsReferences", "comments_url", "answerChosenAt", "isAnswered"]
)  # fmt: skip
_OF_AN_ACCOUNT = re.compile(r"(.*/)?(issues|pull_requests)_\d+\.json(\.gz)?")
_MIGRATED = re.compile(r'^\s*+\[?\s*+\{\s*"type"\s*:\s*"[a-z_]+"\s*,\s*"url"\s*:\s*"https?://')


class GitHub:
    """Reads one document from each issue, pull request or discussion, with what was said to it.

    Understands the archive that IETF groups keep, the REST interface, `gh ... --json`, GraphQL
    answers, and the archive that GitHub sends of an account. Comments in files of their own are
    put to their issues when the folder is read as a whole. What the status means: see
    `github_item.item_document`.
    """

    name = "github"
    title = "GitHub issues, pull requests and discussions"
    description = (
        "JSON of GitHub's REST or GraphQL interface, of `gh issue list --json`, or an archive.json"
    )

    def recognise(self, sample: Sample) -> float:
        """Certain of GitHub's own names and links; of a folder where all its JSON is such."""
        if sample.folder:
            return self._folder(sample)
        first = first_object(sample)
        if _is_archive(first):
            return 1.0
        if _is_item(first) or _is_comment(first) or _NODE.match(sample.text[:8000]):
            return 0.95
        found = nodes(first.get("items"))  # what a search gives
        if (found and _is_item(found[0])) or _is_cut_item(first, sample.text):
            return 0.95
        return 0.0

    def _folder(self, sample: Sample) -> float:
        named = [name for name in sample.names if _OF_AN_ACCOUNT.fullmatch(name)]
        look = sample.within(named[0]) if named else None
        account = look is not None and self.recognise(look) > 0

        def is_one(one: Sample) -> bool:
            return self.recognise(one) > 0 or (account and bool(_MIGRATED.match(one.text)))

        return same_kind(sample, _SUFFIXES, is_one)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every item as a document, and what was left out."""
        return accounted(_documents(path, options), options)


def _is_archive(first: Record) -> bool:
    return {"magic", "repo", "labels"} <= first.keys() or (
        {"magic", "repo"} <= first.keys() and ("issues" in first or "pulls" in first)
    )


def _is_item(record: Record) -> bool:
    if not text(record, "title") or "iid" in record:
        return False
    if _LINK.match(text(record, "html_url", "url")):
        return True
    author = record.get("author") or record.get("user")
    known = isinstance(author, Mapping) and "login" in author
    return bool(text(record, "number")) and (known or not _OF_ITEMS.isdisjoint(record))


def _is_cut_item(first: Record, beginning: str) -> bool:
    """An item so long that its title lies behind what was looked at."""
    author = first.get("author") or first.get("user")
    known = isinstance(author, Mapping) and "login" in author
    return known and "body" in first and "title" not in first and bool(_ITEM.search(beginning))


def _is_comment(record: Record) -> bool:
    return "title" not in record and "body" in record and bool(_belongs_to(record))


def _belongs_to(record: Record) -> str:
    link = text(record, *_BELONGS)
    return link if _LINK.match(link) else ""


# --- reading -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Export:
    """What is known while an export is read."""

    comments: Shelf
    options: ReadOptions
    left: LeftOut
    placed: int = 0
    lacking: int = 0


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    whole = path.is_dir()
    with ExitStack() as stack:
        left = LeftOut(path.name, one="record", many="records")
        export = _Export(stack.enter_context(Shelf()), options, left)
        others = LeftOut(path.name, one="file", many="files")
        files: list[Path] = []
        for file in files_below(path) if whole else [path]:
            if isinstance(file, Skipped):
                yield file
            elif whole and suffix(file.name) not in _SUFFIXES:
                others.add("no JSON")
            else:
                files.append(file)
        for file in sorted(files, key=lambda one: not _holds_comments(one)):
            yield from _file(file, export, whole=whole)
        yield from _rest(export)
        yield from others.told()
        if not files:
            raise UnreadableSource(f"The folder {path} holds no JSON of GitHub.")


def _rest(export: _Export) -> Iterator[Skipped]:
    yield from export.left.told()
    lone = len(export.comments) - export.placed
    if lone > 0:
        reason = "their issue is not here; import the files of issues and comments as one folder"
        yield Skipped(f"{lone:,} comments", reason)
    if export.lacking:
        export.options.notice(
            f"{export.lacking:,} issues have comments that the export lacks; fetch the comments "
            "too, and import both as one folder."
        )


def _holds_comments(file: Path) -> bool:
    try:
        return _is_comment(first_object(look_at(file)))
    except UnreadableSource:
        return False


def _file(file: Path, export: _Export, *, whole: bool) -> Iterator[Document | Skipped]:
    """What one file gives; in a folder, one that cannot be read does not stop the others."""
    try:
        yield from _records(file, export)
    except UnreadableSource as error:
        if not whole:
            raise
        yield Skipped(file.name, error.message)


def _records(file: Path, export: _Export) -> Iterator[Document | Skipped]:
    look = look_at(file)
    first = first_object(look)
    if look.text.lstrip().startswith("{") and _is_archive(first):
        for kind in ("issues", "pulls"):
            for value in json_items(file, f"{kind}.item"):
                yield from _record(value, export, text(first, "repo"), kind)
        return
    for found in json_records(file, export.options):
        if isinstance(found, Skipped):
            yield found
        else:
            yield from _record(found.value, export, "", "")


def _record(
    value: object, export: _Export, repository: str, kind: str
) -> Iterator[Document | Skipped]:
    """An item as a document; a comment goes to the shelf; items inside an answer one by one."""
    if not isinstance(value, Mapping):
        export.left.add("not a JSON object")
    elif text(value, "title") and (text(value, "number") or _LINK.match(text(value, "url"))):
        yield _item(value, export, repository, kind)
    elif _is_comment(value):
        _shelve(value, export)
    else:
        inside = list(_items_inside(value))
        for one, name in inside:
            yield _item(one, export, name, "")
        if not inside:
            export.left.add("no issue, pull request, discussion or comment")


def _item(record: Record, export: _Export, repository: str, kind: str) -> Document | Skipped:
    address = address_of(record, repository=repository, kind=kind, base=export.options.base_url)
    kept = export.comments.group(address.key)
    export.placed += len(kept)
    everything = [*said_in(record), *(Said(**one) for one in kept)]
    below = [one for one in everything if one.body]
    for _ in range(len(everything) - len(below)):
        export.left.add("comments and reviews without a text")
    document = item_document(record, address, below)
    if document is None or not address.number:
        return Skipped(address.url, "no title, text or number")
    export.lacking += _lacks_comments(record, len(kept))
    return document


def _lacks_comments(record: Record, held: int) -> bool:
    comments = record.get("comments")
    if isinstance(comments, Mapping):
        page = comments.get("pageInfo")
        return isinstance(page, Mapping) and page.get("hasNextPage") is True
    return isinstance(comments, int) and comments > held


def _shelve(record: Record, export: _Export) -> None:
    one = said(record)
    address = address_of({"url": _belongs_to(record)})
    if one.body:
        export.comments.add(address.key, asdict(one))
    else:
        export.left.add("comments and reviews without a text")


def _items_inside(value: Record) -> Iterator[tuple[Record, str]]:
    """Items anywhere inside the answer to a query, each with the repository it lies in."""
    waiting: list[tuple[object, str]] = [(value, "")]
    while waiting:
        one, name = waiting.pop()
        if isinstance(one, list):
            waiting += [(inner, name) for inner in reversed(one)]
        elif isinstance(one, Mapping):
            if text(one, "title") and text(one, "number"):
                yield one, name
                continue
            name = text(one, "nameWithOwner", "full_name") or name
            waiting += [(inner, name) for inner in reversed(list(one.values()))]


CONNECTOR = GitHub()
