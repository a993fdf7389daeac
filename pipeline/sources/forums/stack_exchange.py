"""A data dump of a Stack Exchange site: Posts.xml with the other tables beside it, or alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.forums.stack_question import Dump, Place, question_documents
from pipeline.sources.reading.files import Sample, files_below
from pipeline.sources.reading.shelf import Shelf
from pipeline.sources.reading.xml_rows import Row, xml_rows

_QUESTION, _ANSWER = "1", "2"
_OTHER_POSTS = {
    "3": "wikis of tags that are gone",
    "4": "excerpts of tag wikis",
    "5": "tag wikis",
    "6": "nominations of moderators",
    "7": "texts of the site itself, such as its help pages",
    "8": "wikis of privileges",
}
_READ = ("posts.xml", "users.xml", "comments.xml", "postlinks.xml", "votes.xml", "tags.xml")
_LEFT = {
    "badges.xml": "badges hold no experiences",
    "posthistory.xml": "earlier versions of posts; the posts themselves are read",
}
_BESIDE = re.compile(r"(readme|licen[cs]e|copying)[^/]*|[^/]*\.(md|txt|xsd|dtd|sql)", re.IGNORECASE)
_SITE = re.compile(
    r"((?:[a-z0-9-]+\.){0,2}(?:(?:stackexchange|stackoverflow|superuser|serverfault|askubuntu|"
    r"stackapps)\.com|mathoverflow\.net))(?:-[a-z]+)?",
    re.IGNORECASE,
)
_POSTS = re.compile(r"<row\b[^<>]*\bPostTypeId=", re.DOTALL)
_ALONE = re.compile(
    r"<(users|comments|postlinks|votes|tags|badges|posthistory)>\s*<row\s+Id=", re.IGNORECASE
)
_ENOUGH_BAD = 20
"""When that many rows at the beginning are no posts, the file is another one."""

_UP, _DOWN, _ACCEPTED = "2", "3", "1"


class StackExchange:
    """Reads one document from each question: its answers and the comments are its parts.

    The accepted answer is the action, and means that it worked; without one nothing is known,
    however many votes an answer has. Answers come by votes, then by date. A question that was
    closed as a duplicate keeps a link to the other.
    """

    name = "stack-exchange"
    title = "Stack Exchange dump"
    description = (
        "a data dump of a Stack Exchange site: its folder of XML files, or Posts.xml alone"
    )

    def recognise(self, sample: Sample) -> float:
        """Certain of rows with a `PostTypeId`, and of a folder that holds only such a dump."""
        if sample.folder:
            return self._folder(sample)
        if "<posts" in sample.text[:2000] and _POSTS.search(sample.text):
            return 1.0
        return 0.9 if _ALONE.search(sample.text[:2000]) else 0.0

    def _folder(self, sample: Sample) -> float:
        posts = [name for name in sample.names if _plain(name) == "posts.xml"]
        look = sample.within(posts[0]) if posts else None
        if look is None or self.recognise(look) < 1:
            return 0.0
        known = {*_READ, *_LEFT}
        whole = all(_plain(name) in known or _BESIDE.fullmatch(name) for name in sample.names)
        return 1.0 if whole else 0.4

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every question as a document, and what was left out."""
        return accounted(_documents(path, options), options)


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    files: dict[str, Path] = {}
    if path.is_dir():
        yield from _files_of(path, files)
    else:
        files["posts.xml"] = path
    if "posts.xml" not in files:
        raise UnreadableSource(f"The folder {path} holds no Posts.xml.")
    with ExitStack() as stack:
        posts, comments, users, links = (stack.enter_context(Shelf()) for _ in range(4))
        dump = Dump(posts, comments, users, links, Place.of(_site(path), options.base_url))
        yield from _posts(files["posts.xml"], dump, options)
        yield from _comments(files.get("comments.xml"), dump, options)
        yield from _users(files.get("users.xml"), dump, options)
        yield from _links(files.get("postlinks.xml"), dump, options)
        yield from _votes(files.get("votes.xml"), dump, options)
        yield from question_documents(dump)


def _files_of(folder: Path, files: dict[str, Path]) -> Iterator[Skipped]:
    for file in files_below(folder):
        if isinstance(file, Skipped):
            yield file
            continue
        name = file.relative_to(folder).as_posix()
        if _plain(name) in _READ and _plain(name) not in files:
            files[_plain(name)] = file
        elif not _BESIDE.fullmatch(name):
            yield Skipped(name, _LEFT.get(_plain(name), "not a file of a Stack Exchange dump"))


def _plain(name: str) -> str:
    return name.lower().removesuffix(".gz")


def _site(path: Path) -> str:
    """The site's address, where the folder is named after it.

    >>> _site(Path("/dumps/bicycles.meta.stackexchange.com/Posts.xml"))
    'bicycles.meta.stackexchange.com'
    >>> _site(Path("/dumps/stackoverflow.com-Posts/Posts.xml"))
    'stackoverflow.com'
    >>> _site(Path("/dumps/ours/Posts.xml"))
    ''
    """
    folder = path if path.is_dir() else path.parent
    found = _SITE.fullmatch(folder.resolve().name)
    return found[1].lower() if found else ""


# --- the tables --------------------------------------------------------------------------


def _posts(path: Path, dump: Dump, options: ReadOptions) -> Iterator[Skipped]:
    left: Counter[str] = Counter()
    found = 0
    for row in xml_rows(path, options):
        if isinstance(row, Skipped):
            yield row
            continue
        reason = _post(row, dump)
        found += bool(_value(row, "PostTypeId"))
        left[reason] += 1
        if not found and left[reason] == _ENOUGH_BAD:
            break
    if not found:
        raise UnreadableSource(
            f"{path} holds no posts of a Stack Exchange dump.",
            hint="Import the folder of the dump, or its Posts.xml.",
        )
    yield from _counted(path, "posts", left)


def _post(row: Row, dump: Dump) -> str:
    """Put a post on its shelf; says why when it is left out."""
    kind, number, parent = (_value(row, name) for name in ("PostTypeId", "Id", "ParentId"))
    if kind not in (_QUESTION, _ANSWER):
        return _OTHER_POSTS.get(kind, "posts of a kind that is not known")
    if not number or (kind == _ANSWER and not parent):
        return "posts without a number, or answers that do not name their question"
    kept = _kept(row)
    if kind == _QUESTION:
        kept["question"] = True
    dump.posts.add(number if kind == _QUESTION else parent, kept)
    dump.unscored += not _value(row, "Score")
    dump.accepted = dump.accepted or bool(_value(row, "AcceptedAnswerId"))
    return ""


def _comments(path: Path | None, dump: Dump, options: ReadOptions) -> Iterator[Skipped]:
    left: Counter[str] = Counter()
    for row in _rows(path, options):
        if isinstance(row, Skipped):
            yield row
        elif _value(row, "PostId") and _value(row, "Text"):
            dump.comments.add(_value(row, "PostId"), _kept(row))
        else:
            left["comments without a text, or without their post"] += 1
    yield from _counted(path, "comments", left)


def _users(path: Path | None, dump: Dump, options: ReadOptions) -> Iterator[Skipped]:
    for row in _rows(path, options):
        if isinstance(row, Skipped):
            yield row
        elif _value(row, "Id") and _value(row, "DisplayName"):
            dump.users.add(_value(row, "Id"), _value(row, "DisplayName"))


def _links(path: Path | None, dump: Dump, options: ReadOptions) -> Iterator[Skipped]:
    left: Counter[str] = Counter()
    for row in _rows(path, options):
        if isinstance(row, Skipped):
            yield row
        elif (post := _value(row, "PostId")) in dump.posts:
            dump.links.add(post, [_value(row, "LinkTypeId"), _value(row, "RelatedPostId")])
        else:
            left["links of questions that the dump does not hold"] += 1
    yield from _counted(path, "links", left)


def _votes(path: Path | None, dump: Dump, options: ReadOptions) -> Iterator[Skipped]:
    """Count votes, where posts lack their score or no question tells its accepted answer."""
    if not dump.unscored and dump.accepted:
        return
    for row in _rows(path, options):
        if isinstance(row, Skipped):
            yield row
            continue
        post, kind = _value(row, "PostId"), _value(row, "VoteTypeId")
        if kind in (_UP, _DOWN):
            dump.votes[post] += 1 if kind == _UP else -1
        elif kind == _ACCEPTED:
            dump.chosen.add(post)


def _counted(path: Path | None, what: str, left: Counter[str]) -> Iterator[Skipped]:
    for reason, number in sorted(left.items()):
        if reason and path:
            yield Skipped(f"{path.name}: {number} {what}", reason, number)


def _rows(path: Path | None, options: ReadOptions) -> Iterator[Row | Skipped]:
    """The rows of a table that is not needed; when it cannot be read, that is told."""
    if path is None:
        return
    try:
        yield from xml_rows(path, options)
    except UnreadableSource as error:
        yield Skipped(path.name, error.message)


_KEPT = (
    "Id", "AcceptedAnswerId", "CreationDate", "Score", "Body", "OwnerUserId", "OwnerDisplayName",
    "Title", "Tags", "PostId", "Text", "UserId", "UserDisplayName",
)  # fmt: skip


def _kept(row: Row) -> dict[str, str | bool]:
    return {name: _value(row, name) for name in _KEPT if name in row.values}


def _value(row: Row, name: str) -> str:
    return row.values.get(name, "").strip()


CONNECTOR = StackExchange()
