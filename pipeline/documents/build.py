"""From a document to an experience: clean text, named parts, pseudonyms, a stable id."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.basics import digest
from pipeline.documents.authors import KnownNames, Pseudonyms
from pipeline.documents.clean import clean
from pipeline.documents.redact import Redactor
from pipeline.documents.runs import CleanText
from pipeline.documents.sentences import sentences
from pipeline.records import Document, Experience, Part, Skipped, SourcePart

_BETWEEN = "\n\n"
_LONGEST_TITLE = 300
_TITLE_FROM_TEXT = 80


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of an experience: the source part it came from and its place in the text."""

    source: int
    start: int
    text: CleanText

    @property
    def end(self) -> int:
        """Where it ends in the text of the experience."""
        return self.start + len(self.text.text)


def experience_id(source: str, key: str) -> str:
    """The id of the experience that a document gives: stable across imports.

    >>> experience_id("forum", "topic/12") == experience_id("forum", "topic/12")
    True
    """
    return f"e{digest(source, key)[:12]}"


def build_experience(
    document: Document, *, source: str, pseudonyms: Pseudonyms, redactor: Redactor | None = None
) -> Experience | Skipped:
    """The experience that a document holds; skipped when it has no text once it is clean.

    Args:
        document: What the source had.
        source: Name of the source; with the document's key it gives the id.
        pseudonyms: What names the people in it.
        redactor: What takes addresses, phone numbers and tokens out of the text, if anything.
    """
    made = pieces(document, pseudonyms, redactor)
    if not made:
        return Skipped(document.origin, "no readable text once the markup is gone")
    text = _BETWEEN.join(piece.text.text for piece in made)
    sources = [document.parts[piece.source] for piece in made]
    author = document.author or sources[0].author
    return Experience(
        id=experience_id(source, document.key),
        title=_title(document, text, pseudonyms, redactor),
        text=text,
        parts=tuple(_part(piece, pseudonyms, document) for piece in made),
        author=pseudonyms.name(author) if author else None,
        discipline=document.discipline,
        tags=document.tags,
        date=document.created or next((part.created for part in sources if part.created), None),
        origin=document.origin,
        status=document.status,
        document=document.key,
        source=source,
        links=document.links,
        votes=document.votes,
    )


def pieces(
    document: Document, pseudonyms: Pseudonyms, redactor: Redactor | None = None
) -> tuple[Piece, ...]:
    """The cleaned parts of a document that are not empty, with their places in the text."""
    authors = KnownNames.of(_authors(document))
    made: list[Piece] = []
    at = 0
    for number, part in enumerate(document.parts):
        text = pseudonyms.in_text(clean(part.body, part.format), authors)
        text = redactor.in_text(text) if redactor else text
        if text.text:
            made.append(Piece(number, at, text))
            at += len(text.text) + len(_BETWEEN)
    return tuple(made)


def _part(piece: Piece, pseudonyms: Pseudonyms, document: Document) -> Part:
    part: SourcePart = document.parts[piece.source]
    return Part(
        part.name,
        piece.start,
        piece.end,
        author=pseudonyms.name(part.author) if part.author else None,
        created=part.created,
        origin=part.origin,
    )


def _authors(document: Document) -> set[str]:
    """Everybody whom the document names: who wrote in it, and whom its texts mention."""
    names = {document.author, *(part.author for part in document.parts)}
    names.update(name for part in document.parts for name in part.mentions)
    return {name for name in names if name}


def _title(document: Document, text: str, pseudonyms: Pseudonyms, redactor: Redactor | None) -> str:
    if not document.title.strip():
        return title_from(text)
    given = pseudonyms.in_text(clean(document.title), _authors(document))
    given = redactor.in_text(given) if redactor else given
    title = " ".join(given.text.split())
    return _cut(title, _LONGEST_TITLE) if title else title_from(text)


def title_from(text: str) -> str:
    """A title for a text that has none: its first sentence, cut at a word.

    >>> title_from("The pump failed. We waited.")
    'The pump failed.'
    """
    head = text[:400]
    spans = sentences(head)
    first = " ".join(head[slice(*spans[0])].split()) if spans else ""
    return _cut(first.lstrip("-> "), _TITLE_FROM_TEXT) or "Untitled"


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(",;:-–") + "…"
