"""Titles found while somebody types: by the beginnings of their words, slips forgiven."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from pipeline.retrieval.names import ONE_SLIP, TWO_SLIPS

MOST_WORDS = 12  # words of what was typed that are looked for
MOST_SPELLINGS = 20  # words that a misspelt one may stand for
LOOKED_AT = 500  # newest matches among which those with the words in order come first
_LAST = "\U0010ffff"

_word = re.compile(r"\w+").findall

Places = NDArray[np.int32]


def folded_words(text: str) -> list[str]:
    """The words of a text without case and accents.

    >>> folded_words("Déjà vu: the 2nd")
    ['deja', 'vu', 'the', '2nd']
    """
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _word(text.casefold())


class Titles:
    """The titles of a community, ready to be looked up.

    Args:
        titles: Id and title of experiences, the ones to be shown first in front.
    """

    def __init__(self, titles: Sequence[tuple[str, str]]) -> None:
        self._titles = list(titles)
        self._lines: list[str] = []
        places: dict[str, list[int]] = {}
        for place, (_, title) in enumerate(self._titles):
            words = folded_words(title)
            self._lines.append(" ".join(words))
            for word in set(words):
                places.setdefault(word, []).append(place)
        self._words = sorted(places)
        found = [place for word in self._words for place in places[word]]
        # The titles of a word stand together, so those of all words with one beginning do, too.
        self._places: Places = np.array(found, dtype=np.int32)
        ends = np.cumsum([0, *(len(places[word]) for word in self._words)])
        self._ends: NDArray[np.int64] = ends.astype(np.int64)

    def __len__(self) -> int:
        return len(self._titles)

    def matching(self, typed: str, *, most: int) -> list[tuple[str, str]]:
        """Id and title of experiences whose title has a word for each one typed, best first.

        A word of the title begins with the typed one, or would but for a slip of the fingers.
        Titles that begin with what was typed come first, then those that have it in one piece.
        """
        words = folded_words(typed)[:MOST_WORDS]
        if not words or most < 1:
            return []
        common: Places | None = None
        for word in sorted(words, key=len, reverse=True):
            found = self._with_word(word)
            common = found if common is None else np.intersect1d(common, found, True)
            if not len(common):
                return []
        first = self._begin(" ".join(words))
        places = [] if common is None else common[:LOOKED_AT].tolist()
        piece = f" {' '.join(words)}"
        ordered = sorted(places, key=lambda place: (piece not in self._lines[place], place))
        best = list(dict.fromkeys([*first[:most], *ordered]))
        return [self._titles[place] for place in best[:most]]

    def _begin(self, start: str) -> list[int]:
        """Places of the titles that begin with this, in order."""
        word = start.split(" ", 1)[0]
        low, high = self._range(word)
        near = np.unique(self._places[self._ends[low] : self._ends[high]])
        return [place for place in near.tolist() if self._lines[place].startswith(start)]

    def _with_word(self, word: str) -> Places:
        """Places of the titles that have a word that begins with this, in order."""
        low, high = self._range(word)
        if low < high:
            return np.unique(self._places[self._ends[low] : self._ends[high]])
        pieces = [
            self._places[self._ends[code] : self._ends[code + 1]] for code in self._slipped(word)
        ]
        return np.unique(np.concatenate(pieces)) if pieces else np.empty(0, dtype=np.int32)

    def _range(self, start: str) -> tuple[int, int]:
        low = bisect_left(self._words, start)
        return low, bisect_left(self._words, start + _LAST, lo=low)

    def _slipped(self, word: str) -> list[int]:
        """Codes of the words whose beginning this is but for a slip; numbers are exact."""
        slips = (len(word) >= ONE_SLIP) + (len(word) >= TWO_SLIPS)
        if not slips or any(sign.isdigit() for sign in word):
            return []
        low, high = self._range(word[0])  # people rarely mistake the first letter
        return self._near(word, low, high, slips) or self._near(word, 0, len(self._words), slips)

    def _near(self, word: str, low: int, high: int, slips: int) -> list[int]:
        near: dict[int, int] = {}
        for length in (len(word) - 1, len(word), len(word) + 1):
            cut = [candidate[:length] for candidate in self._words[low:high]]
            found = process.extract(
                word, cut, scorer=OSA.distance, score_cutoff=slips, limit=MOST_SPELLINGS
            )
            for _, slip, place in found:
                near[low + place] = min(int(slip), near.get(low + place, slips))
        best = min(near.values(), default=0)
        return [code for code, slip in near.items() if slip == best][:MOST_SPELLINGS]
