"""What people said below an issue, pull request or discussion of GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.sources.reading.values import scalar

Record = Mapping[str, object]

_COMMENTS = ("comments", "comments_data", "commentsData", "comment_list", "review_comments")
_STATES = {"APPROVED": "Approved", "CHANGES_REQUESTED": "Changes requested"}
_MAIL_NOTICE = re.compile(
    r"^[^\w\n]*+(Reply to this email directly|You are receiving this because)\b.*", re.MULTILINE
)
_MAIL_REST = re.compile(r"\s*+(>.*|[—–\ufffd-]{1,3}|https?://\S+|<https?://\S+)?\s*")
_MAIL_HEAD = re.compile(r"On .{4,300}\bwrote:")


@dataclass(frozen=True, slots=True)
class Said:
    """One comment, review or reply.

    `id` is its number, which the web page has as an anchor; `state` says what a review decided;
    `chosen` is true for the answer that was chosen in a discussion.
    """

    body: str
    author: str = ""
    created: str = ""
    url: str = ""
    id: str = ""
    chosen: bool = False

    def origin(self, item: str) -> str:
        """Its own link, or one made from its number, or that of the item it belongs to."""
        if self.url.startswith("http"):
            return self.url
        anchored = self.id.isdigit() and item.startswith("http")
        return f"{item}#issuecomment-{self.id}" if anchored else item


def text(record: object, *names: str) -> str:
    """The first of these values that is there, as text; empty for whatever is no table."""
    if not isinstance(record, Mapping):
        return ""
    return next((found for name in names if (found := scalar(record.get(name)))), "")


def nodes(value: object) -> list[Record]:
    """The tables of a list, as REST or as GraphQL writes it (`nodes`, or `edges` with `node`)."""
    if isinstance(value, Mapping):
        edges = value.get("edges")
        if isinstance(edges, list):
            value = [edge.get("node") for edge in edges if isinstance(edge, Mapping)]
        else:
            value = value.get("nodes")
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def login(value: object) -> str:
    """The name of an account, however it is written.

    >>> login({"login": "ada"}), login("ada"), login("https://github.com/ada"), login(None)
    ('ada', 'ada', 'ada', '')
    """
    if isinstance(value, Mapping):
        return text(value, "login", "name")
    name = scalar(value)
    return name.rstrip("/").rsplit("/", 1)[-1] if name.startswith("http") else name


def said_in(record: Record) -> Iterator[Said]:
    """Everything said below an item that its record holds, replies after what they reply to.

    The body of one that has no text is empty; a review that has only remarks on lines gives those.
    """
    answer = text(record.get("answer"), "id", "url") or text(record, "answer_html_url")
    for name in _COMMENTS:
        for comment in nodes(record.get(name)):
            yield said(comment, answer=answer)
            yield from (said(reply, answer=answer) for reply in nodes(comment.get("replies")))
    for review in nodes(record.get("reviews")):
        yield from _review(review)
    for thread in nodes(record.get("reviewThreads")):
        yield from map(said, nodes(thread.get("comments")))


def _review(review: Record) -> Iterator[Said]:
    remarks = [one for name in _COMMENTS for one in nodes(review.get(name))]
    whole = said(review)
    if whole.body or not remarks:
        yield whole
    for remark in remarks:
        who = _author(remark) or _author(review)  # some exports name the reviewer only once
        yield said({**remark, "author": who})


def said(comment: Record, *, answer: str = "") -> Said:
    """A comment or review; its body is empty when nothing was written.

    Args:
        comment: As the export has it.
        answer: Id or link of the answer that was chosen in its discussion.
    """
    body = without_mail(text(comment, "body"))
    state = _STATES.get(text(comment, "state").upper())
    url = text(comment, "html_url", "url")
    ids = {url, text(comment, "id"), text(comment, "node_id")} - {""}
    return Said(
        body=f"{state}: {body}" if state and body else body,
        author=_author(comment),
        created=text(comment, "createdAt", "created_at", "submittedAt", "submitted_at"),
        url="" if "://api." in url or "/api/v3/" in url else url,
        id=text(comment, "databaseId", "fullDatabaseId", "id"),
        chosen=comment.get("isAnswer") is True or answer in ids,
    )


def _author(record: Record) -> str:
    return login(record.get("author") or record.get("user"))


def without_mail(body: str) -> str:
    r"""A comment without what an answer by e-mail carries below it.

    >>> without_mail("Yes.\n\nOn May 1, Ada wrote:\n\n> Well?\n> —\n> Reply to this email directly")
    'Yes.'
    """
    notice = _MAIL_NOTICE.search(body)
    if notice is None:
        return body
    before, after = body[: notice.start()].splitlines(), body[notice.end() :].splitlines()
    if not all(_MAIL_REST.fullmatch(line) for line in after):
        return "\n".join([*before, *after]).strip()
    while before and _MAIL_REST.fullmatch(before[-1]):
        before.pop()
    return "\n".join(_without_head(before)).strip() or body


def _without_head(lines: list[str]) -> list[str]:
    """The lines without the one (or two, or three) that say who wrote what is quoted next."""
    for count in (1, 2, 3):
        if _MAIL_HEAD.fullmatch(" ".join(line.strip() for line in lines[-count:])):
            return lines[:-count]
    return lines
