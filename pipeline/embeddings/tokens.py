"""Texts to terms: what lexical search counts and the word-count encoder hashes.

A term is a lower-cased word of two characters or more, without stop words, cut to its English
stem. Numbers with points stay whole ("v2.1"), and so do "c++" and "c#". Accents are kept, so
that words of other languages stay whole; the English rules leave most of them as they are.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

ANALYSER = "words-2+ versions casefold english-stop-179 porter2 v1"
"""Names these rules; an index that was built with others must be rebuilt."""

_STOP = """
a about above after again against ain all am an and any are aren as at be because been before
being below between both but by can couldn d did didn do does doesn doing don down during each few
for from further had hadn has hasn have haven having he her here hers herself him himself his how
i if in into is isn it its itself just ll m ma me mightn more most mustn my myself needn no nor
not now o of off on once only or other our ours ourselves out over own re s same shan she should
shouldn so some such t than that the their theirs them themselves then there these they this those
through to too under until up ve very was wasn we were weren what when where which while who whom
why will with won wouldn y you your yours yourself yourselves
"""
STOP_WORDS = frozenset(_STOP.split())

# Possessive repeats (`++`) never backtrack: time stays linear in the text, whatever it holds.
_words = re.compile(r"\b[^\W\d_](?:\+\+|#)|[^\W\d]{0,2}\d++(?:\.\d++)++|\w\w++").findall
_local = threading.local()


def words(text: str) -> list[str]:
    """Lower-cased words of a text in order, stop words left out, not stemmed.

    >>> words("The café lost its Wi-Fi after v2.1 of a C++ driver")
    ['café', 'lost', 'wi', 'fi', 'v2.1', 'c++', 'driver']
    """
    whole = text if text.isascii() else unicodedata.normalize("NFC", text)
    return [word for word in _words(whole.casefold()) if word not in STOP_WORDS]


def terms(text: str) -> list[str]:
    """Stemmed terms of a text in order, repetitions kept.

    >>> terms("Restoring the backups failed, and failed")
    ['restor', 'backup', 'fail', 'fail']
    """
    return [stem(word) for word in words(text)]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The English stem of one lower-cased word.

    >>> stem("restored"), stem("naïveté")
    ('restor', 'naïveté')
    """
    # A stemmer keeps a buffer of its own and must not be shared between threads.
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("english", 0)
    stemmed: str = stemmer.stemWord(word)
    return stemmed
