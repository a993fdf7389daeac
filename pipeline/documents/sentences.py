"""Where the sentences of a text begin and end."""

from __future__ import annotations

import re

from sentencex import get_sentence_boundaries  # type: ignore[import-untyped]

_BEFORE = re.compile(r"\s*(?:[-*•–>]\s+)*")
"""White space, and the bullet or mark of quotation that a layout puts before a sentence."""
_HALVES = re.compile(r"[\ud800-\udfff]")


def sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Start and end of every sentence, in order, without the white space around it.

    Bullets and paragraphs count as sentences, without the bullet; an address or a number is never
    broken.

    >>> text = "See https://a.org/b.c?d. It cost 3.5 million. Then?"
    >>> [text[start:end] for start, end in sentences(text)]
    ['See https://a.org/b.c?d.', 'It cost 3.5 million.', 'Then?']
    >>> sentences("- Close it.")
    [(2, 11)]
    """
    whole = _HALVES.sub("\ufffd", text)
    spans: list[tuple[int, int]] = []
    for found in get_sentence_boundaries(language, whole):
        start, end = found["start_index"], found["end_index"]
        if spans and _inside_word(text, start):
            start = spans.pop()[0]
        spans.append((start, end))
    trimmed = (_trimmed(text, start, end) for start, end in spans)
    return [(start, end) for start, end in trimmed if start < end]


def _inside_word(text: str, at: int) -> bool:
    """Whether a cut at this place would break an address, a number or a name with a dot."""
    around = text[at - 1 : at + 1]
    return around.isascii() and not any(sign.isspace() for sign in around)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    stretch = text[start:end]
    before = _BEFORE.match(stretch)
    start += before.end() if before else 0
    return start, start + len(text[start:end].rstrip())
