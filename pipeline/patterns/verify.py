"""No receipt, no claim: a quote counts only if it stands in its experience, letter by letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.records import Experience, Quote


def verified(quote: Quote, experience: Experience | None) -> bool:
    """True if the quote's words are the experience's text at the quote's offsets.

    >>> e = Experience("e1", "t", "It rained. We left.")
    >>> verified(Quote("e1", "We left.", 11, 19), e), verified(Quote("e1", "We won.", 11, 19), e)
    (True, False)
    """
    if experience is None or quote.experience != experience.id or not quote.text.strip():
        return False
    inside = 0 <= quote.start < quote.end <= len(experience.text)
    return inside and experience.text[quote.start : quote.end] == quote.text


def keep_verified(
    quotes: Iterable[Quote], experiences: Mapping[str, Experience]
) -> tuple[Quote, ...]:
    """The quotes that stand verbatim in one of the experiences, in their order."""
    return tuple(q for q in quotes if verified(q, experiences.get(q.experience)))
