"""What a member adds here: an experience, or (see `ledger`) how one turned out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from pipeline.access import require
from pipeline.errors import InputError
from pipeline.flow.indexing import catch_up
from pipeline.flow.ledger import record_outcome as record_outcome
from pipeline.flow.open_problems import match_open
from pipeline.flow.preparing import Preparing, Privacy
from pipeline.flow.workspace import Workspace
from pipeline.records import Document, Experience, OutcomeStatus, Skipped, SourcePart
from pipeline.store import contribute as keep

LONGEST = 50_000  # characters in one field
HERE = "contributed here"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What the form asks for. At least one of the four texts is needed."""

    title: str
    situation: str = ""
    action: str = ""
    outcome: str = ""
    insight: str = ""
    status: OutcomeStatus = "unknown"
    discipline: str = ""
    tags: tuple[str, ...] = ()
    date: datetime | None = None
    author: str = ""
    origin: str = ""


def contribute(workspace: Workspace, given: Contribution) -> Experience:
    """Keep one experience and make it searchable at once; open problems near to it get a notice.

    Raises:
        InputError: There is no title or no text, or a field is too long.
    """
    require(workspace.actor, "contribute")
    document = _document(given)
    # what a member writes here with intent stays as written; only the name becomes a pseudonym
    ready = Preparing(workspace, HERE, Privacy(keep_contacts=True)).ready(document)
    if isinstance(ready, Skipped):
        raise InputError(f"This cannot be kept: {ready.reason}.")
    experience = keep(workspace.store, ready)
    catch_up(workspace)
    match_open(workspace)
    return experience


def _document(given: Contribution) -> Document:
    names = ("situation", "action", "outcome", "insight")
    texts = {name: str(getattr(given, name)).strip() for name in names}
    if not given.title.strip():
        raise InputError("A title is missing.", hint="Say in a few words what happened.")
    if not any(texts.values()):
        raise InputError("There is no text yet.", hint="Fill in at least the situation.")
    too_long = [name for name, text in texts.items() if len(text) > LONGEST]
    if too_long:
        raise InputError(f"The {too_long[0]} is longer than {LONGEST:,} characters.")
    key = uuid4().hex
    parts = tuple(SourcePart(name, texts[name]) for name in names if texts[name])  # type: ignore[arg-type]
    return Document(
        key=key,
        title=" ".join(given.title.split()),
        parts=parts,
        origin=given.origin.strip() or f"contributed:{key[:8]}",
        author=given.author.strip() or None,
        created=given.date or datetime.now(UTC),
        discipline=given.discipline.strip() or None,
        tags=tuple(tag.strip() for tag in given.tags if tag.strip()),
        status=given.status,
    )
