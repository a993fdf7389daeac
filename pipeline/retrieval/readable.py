"""Words that tell what a text is about, in the form in which they were written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bm25s.stopwords import STOPWORDS_EN_PLUS

from pipeline.embeddings.tokens import stem

_CHATTER = (
    "able actually almost already also always am another anybody anyone anything around ask "
    "away back became become best better big bit came can cannot come could day days different "
    "done due early easy either else enough etc even ever every everyone everything far fine "
    "first found gave get gets getting give given go goes going good got great guy guys happen "
    "happened hard hello help hence hi however including instead issue keep kind knew know "
    "known large last late later least less let like little long look looking lot made make "
    "makes making many may maybe mean might much must need needed needs never new next nice "
    "nobody nothing now often old one ones others part people perhaps please possible put "
    "question quite rather really right said say second see seem seems seen set several shall "
    "since small somebody someone something sometimes soon still such sure take taken tell "
    "thank thanks thing things think though thought three time times together told took toward "
    "towards tried try trying two understand unless upon us use used useful uses using usually "
    "various via want wanted wants way ways week weeks well went whatever whether without wonder "
    "wondering work worked working works would year years yes yet"
)
DULL = frozenset(STOPWORDS_EN_PLUS) | frozenset(_CHATTER.split())
"""Words that stand in any text and tell nothing about what it is about."""

KEPT = 1024  # texts whose words are remembered: the same passages come up again and again
_DULL_STEMS = frozenset(map(stem, DULL))
_words = re.compile(r"[^\W\d_][\w+#]*(?:[.\-'’][^\W_]+)*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Word:
    """A telling word: as written, its stem, and where it stands in the text."""

    text: str
    stem: str
    start: int


def telling_words(text: str, *, only: Collection[str] | None = None) -> Iterator[Word]:
    """Words of a text that tell what it is about, in order.

    Args:
        text: Any text.
        only: Stems; other words are left out.

    >>> [word.text for word in telling_words("How could we restore the 3 backups of DICOM data?")]
    ['restore', 'backups', 'DICOM', 'data']
    """
    for word in _all_words(text):
        if word.stem in only if only is not None else is_telling(word.text, word.stem):
            yield word


@lru_cache(maxsize=KEPT)
def _all_words(text: str) -> tuple[Word, ...]:
    return tuple(
        Word(match[0], stem(match[0].casefold()), match.start()) for match in _words.finditer(text)
    )


def is_telling(word: str, stemmed: str) -> bool:
    """Whether a word says what a text is about: long enough or an acronym, and not dull."""
    long_enough = len(word) > 2 or (len(word) == 2 and word.isupper())
    return long_enough and stemmed not in _DULL_STEMS and word.casefold() not in DULL
