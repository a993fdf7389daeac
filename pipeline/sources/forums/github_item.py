"""An issue, pull request or discussion of GitHub as a document, from any of its JSON forms.

The REST interface writes `user`, `html_url` and `created_at`; the command line tool and GraphQL
write `author`, `url` and `createdAt`; an archive that GitHub sends writes links where others
have names. What they mean is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.records import Document, Link, OutcomeStatus, SourcePart
from pipeline.sources.forums.github_said import Record, Said, login, nodes, text
from pipeline.sources.reading.values import moment, scalar

Kind = Literal["issues", "pull", "discussions"]

_URL = re.compile(
    r"(https?://[^/\s]+)/(?:api/v3/)?(?:repos/)?([^/\s]+/[^/\s]+)/(issues|pulls?|discussions)/(\d+)"
)
_PULL_NAMES = ("mergedAt", "merged_at", "headRefName", "mergeCommit", "baseRefName", "head")
_DISCUSSION_NAMES = ("isAnswered", "answerChosenAt", "answer_chosen_at", "answer_html_url")
_WILL_NOT = re.compile(r"\bwon'?t[\s_-]?(fix|do|implement)", re.IGNORECASE)
_REPLACED = re.compile(r"\b(duplicate|superseded|obsolete)\b", re.IGNORECASE)
_REFERENCE = r"(https?://\S+|[\w.-]+/[\w.-]+#\d+|#\d+)"
_SAYS = {
    "duplicate": re.compile(
        rf"^[^\w\n]*+(?:this is |closing as )?(?:an? )?duplicate of (?:issue |pr )?{_REFERENCE}",
        re.IGNORECASE | re.MULTILINE,
    ),
    "supersedes": re.compile(
        rf"^[^\w\n]*+(?:this )?(?:supersedes|replaces) (?:issue |pr )?{_REFERENCE}",
        re.IGNORECASE | re.MULTILINE,
    ),
    "related": re.compile(
        rf"^[^\w\n]*+(?:superseded|replaced) by (?:issue |pr )?{_REFERENCE}",
        re.IGNORECASE | re.MULTILINE,
    ),
}

_MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))")


@dataclass(frozen=True, slots=True)
class Address:
    """Which item it is: its repository ("" where unknown), kind and number."""

    repository: str
    kind: Kind
    number: str
    url: str

    @property
    def key(self) -> str:
        """The number with its repository: numbers are shared by the three kinds."""
        return f"{self.repository}#{self.number}"


def address_of(record: Record, *, repository: str = "", kind: str = "", base: str = "") -> Address:
    """Where an item stands; its number is empty when the record tells none.

    Args:
        record: The item as the export has it.
        repository: The repository that the export as a whole is of, if it says.
        kind: "pulls" where the export keeps pull requests apart.
        base: Address of the repository, where links cannot be made otherwise.
    """
    found = _URL.match(text(record, "html_url", "url"))
    own = record.get("repository")
    told = text(own, "nameWithOwner", "full_name") if isinstance(own, Mapping) else ""
    name = found[2] if found else told or repository
    number = text(record, "number") or (found[4] if found else "")
    which = _kind(record, found[3] if found else kind)
    host = found[1].replace("://api.github.com", "://github.com") if found else ""
    if host or name:
        url = f"{host or 'https://github.com'}/{name}/{which}/{number}"
    else:
        url = f"{base.rstrip('/')}/{which}/{number}" if base else f"github:{which}/{number}"
    return Address(name, which, number, url)


def _kind(record: Record, told: str) -> Kind:
    if told.startswith("pull") or isinstance(record.get("pull_request"), Mapping):
        return "pull"
    if told == "discussions" or any(name in record for name in _DISCUSSION_NAMES):
        return "discussions"
    merged = text(record, "state").upper() == "MERGED" or any(n in record for n in _PULL_NAMES)
    return "pull" if merged else "issues"


def item_document(record: Record, address: Address, below: list[Said]) -> Document | None:
    """The document of an item; None when it has neither a title nor a text.

    It worked where an issue was closed as completed, a pull request was merged, or a discussion
    has a chosen answer. It failed where a pull request was closed unmerged (unless something
    took its place), or an issue is labelled as one that will not be fixed. A pull request that
    is open is too early to tell. All else is not known: most issues are closed without saying
    why, and "not planned" is said of stale and of mistaken ones alike.

    Args:
        record: The item as the export has it.
        address: Where it stands.
        below: What was said to it; each has a text.
    """
    title = text(record, "title")
    labels = _labels(record)
    said = _in_order(below, address)
    status = _status(record, address.kind, labels, said)
    first = _first_part(record, address, done=status == "worked")
    if first is None:
        return None
    links = _links(record, address, [first.body, *(one.body for one in said)])
    return Document(
        key=address.key,
        title=title,
        parts=(first, *(_part(one, address) for one in said)),
        origin=address.url,
        author=first.author,
        created=first.created,
        discipline=text(record.get("category"), "name") or None,
        tags=labels,
        status=status,
        links=tuple(dict.fromkeys(links)),
    )


def _first_part(record: Record, address: Address, *, done: bool) -> SourcePart | None:
    body = text(record, "body") or text(record, "title")
    if not body:
        return None
    return SourcePart(
        "action" if done and address.kind == "pull" else "post",
        body,
        "markdown",
        author=login(record.get("author") or record.get("user")) or None,
        created=moment(text(record, "createdAt", "created_at")),
        origin=address.url,
        mentions=_mentioned(body),
    )


def _part(one: Said, address: Address) -> SourcePart:
    return SourcePart(
        "action" if one.chosen else "post",
        one.body,
        "markdown",
        author=one.author or None,
        created=moment(one.created),
        origin=one.origin(address.url),
        mentions=_mentioned(one.body),
    )


def _mentioned(body: str) -> tuple[str, ...]:
    """Logins behind an @; teams and what stands in code count too, which does no harm."""
    return tuple(dict.fromkeys(_MENTION.findall(body)))


def _in_order(said: list[Said], address: Address) -> list[Said]:
    """By time; the comments of a discussion stay with what they reply to."""
    if address.kind == "discussions":
        return said
    return sorted(said, key=lambda one: date.timestamp() if (date := moment(one.created)) else 0.0)


def _labels(record: Record) -> tuple[str, ...]:
    value = record.get("labels")
    found = value if isinstance(value, list) else nodes(value)
    names = [text(one, "name") if isinstance(one, Mapping) else scalar(one) for one in found]
    plain = (name.rsplit("/labels/", 1)[-1] for name in names)
    return tuple(dict.fromkeys(name for name in plain if name))


def _status(record: Record, kind: Kind, labels: tuple[str, ...], said: list[Said]) -> OutcomeStatus:
    state = text(record, "state").upper()
    reason = text(record, "stateReason", "state_reason").upper()
    closed = state == "CLOSED" or bool(text(record, "closedAt", "closed_at"))
    if kind == "discussions":
        chosen = record.get("isAnswered") is True or any(one.chosen for one in said)
        told = text(record, "answerChosenAt", "answer_chosen_at", "answer_html_url")
        return "worked" if chosen or told or reason == "RESOLVED" else "unknown"
    if kind == "pull":
        return _status_of_pull(record, state, labels, said, closed=closed)
    if closed and any(_WILL_NOT.search(label) for label in labels):
        return "failed"
    return "worked" if closed and reason == "COMPLETED" else "unknown"


def _status_of_pull(
    record: Record, state: str, labels: tuple[str, ...], said: list[Said], *, closed: bool
) -> OutcomeStatus:
    nested = record.get("pull_request")
    merged = text(record, "mergedAt", "merged_at") or text(nested, "merged_at")
    if state == "MERGED" or merged or record.get("merged") is True:
        return "worked"
    if not closed:
        return "too early" if state == "OPEN" else "unknown"
    replaced = any(_REPLACED.search(label) for label in labels) or any(
        _SAYS[kind].search(one.body) for one in said for kind in ("duplicate", "related")
    )
    return "unknown" if replaced else "failed"


def _links(record: Record, address: Address, bodies: list[str]) -> Iterator[Link]:
    for name in ("closedByPullRequestsReferences", "closingIssuesReferences"):
        for other in nodes(record.get(name)):
            target = address_of(other, repository=address.repository)
            if target.number:
                yield Link("related", target.key)
    for body in bodies:
        for kind, pattern in _SAYS.items():
            for found in pattern.finditer(body):
                yield Link(kind, _target(found[1], address))  # type: ignore[arg-type]


def _target(reference: str, address: Address) -> str:
    url = _URL.match(reference)
    if url:
        return f"{url[2]}#{url[4]}"
    return f"{address.repository}{reference}" if reference.startswith("#") else reference
