"""From words of an experience back to the words of its source."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.documents.authors import Pseudonyms
from pipeline.documents.build import pieces
from pipeline.documents.redact import Redactor
from pipeline.records import Document


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of an experience stands: `document.parts[part].body[start:end]`."""

    part: int
    start: int
    end: int
    raw: str


def locate(
    document: Document,
    start: int,
    end: int,
    *,
    pseudonyms: Pseudonyms,
    redactor: Redactor | None = None,
) -> list[Place]:
    """Where in its document the characters `start` to `end` of an experience stand.

    One place for each part that the stretch touches; none for what is not in the source.
    The experience must come from the same document, pseudonyms and redaction.
    """
    places: list[Place] = []
    for piece in pieces(document, pseudonyms, redactor):
        low, high = max(start, piece.start), min(end, piece.end)
        span = piece.text.raw_span(low - piece.start, high - piece.start) if low < high else None
        if span:
            body = document.parts[piece.source].body
            places.append(Place(piece.source, *span, body[slice(*span)]))
    return places
