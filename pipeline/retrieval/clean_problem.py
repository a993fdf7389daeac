"""Long problems: leave out what is said out of politeness, and read all of them."""

from __future__ import annotations

import re

import numpy as np

from pipeline.documents.sentences import sentences
from pipeline.embeddings.base import Encoder
from pipeline.index.base import Vector

SHORT = 240
"""Problems up to this many characters are taken as they are."""

CHARACTERS_PER_TOKEN = 4.2
"""What a token of an encoder is worth in English text, with a little to spare."""

MOST_PIECES = 12
"""Pieces of a very long story that are read; each is as long as the encoder's window."""

_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|dear|greetings|good\s+(?:morning|afternoon|evening|day))\b"
    r"[^.!?,;:\n]{0,30}[.!?,;:\n]+",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\W*(?:(?:many\s+|kind\s+|warm\s+|best\s+)?(?:thanks|thank\s+you|thx|regards|wishes|cheers)"
    r"|sincerely|yours|sent\s+from\s+my)\b.{0,60}$",
    re.IGNORECASE | re.DOTALL,
)
_SIGNATURE = re.compile(r"\n--[ \t]*\n.*\Z", re.DOTALL)


def clean_problem(problem: str) -> str:
    r"""The problem without greeting, thanks and signature; short problems are left untouched.

    >>> clean_problem("Hello, thanks for reading.")
    'Hello, thanks for reading.'
    >>> story = "The pump lost pressure while the crew was on the other side of the ridge. " * 4
    >>> clean_problem(f"Hi all, {story} Thanks in advance!\n-- \nSam, Unit 4") == story.strip()
    True
    """
    text = problem.strip()
    if len(text) <= SHORT:
        return text
    text = _GREETING.sub("", _SIGNATURE.sub("", text)).strip()
    spans = sentences(text)
    while spans and _CLOSING.match(text[spans[-1][0] : spans[-1][1]]):
        spans.pop()
    return text[: spans[-1][1]].strip() if spans else problem.strip()


def problem_vector(text: str, encoder: Encoder) -> Vector:
    """The vector of a problem, of shape (d,) and length 1.

    A text longer than the encoder's window is read in pieces at sentence ends, all in one
    batch, and the mean of the pieces stands for it; otherwise its end would not be seen.
    """
    window = int(encoder.max_tokens * CHARACTERS_PER_TOKEN)
    if len(text) <= window:
        vector: Vector = encoder.encode([text])[0]
        return vector
    rows = encoder.encode(pieces(text, window)[:MOST_PIECES])
    mean = rows.mean(axis=0, dtype=np.float32)
    length = float(np.linalg.norm(mean))
    whole: Vector = mean / np.float32(length) if length > 0 else rows[0]
    return whole


def pieces(text: str, window: int) -> list[str]:
    """Stretches of whole sentences, each at most `window` characters long.

    >>> pieces("It rained. We left. It rained again.", 20)
    ['It rained. We left.', 'It rained again.']
    """
    found: list[tuple[int, int]] = []
    for start, end in sentences(text):
        if found and end - found[-1][0] <= window:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return [text[start : min(end, start + window)] for start, end in found] or [text[:window]]
