"""What a group of experiences is about: keywords, a label, and the members that stand for it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

from pipeline.embeddings.tokens import STOP_WORDS, stem
from pipeline.topics.cluster import Labels, Matrix, centroids

KEYWORDS = 10
IN_LABEL = 3
REPRESENTATIVES = 5
COMMON = 0.5
"""Words that more than this share of all experiences use tell nothing about one topic."""

_CHATTER = (
    "january february march april june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday "
    "able across actually after ago almost around ask asked available based because began best "
    "better big brought called came case cases caused come could couldn currently day days "
    "didn different does doesn doing don during early end example fact far few following general "
    "given goes going good got great group hello help hi high however important including isn "
    "just keep kind know known large later less let like likely ll long look looking lot made "
    "main make makes making many may maybe mean means might month months much need needed needs "
    "new number old order part parts people per place please possible problem problems provide "
    "provided put question questions quite re read really reason recent report reported "
    "result results right run said saw say second see seen set several shall short show similar "
    "simple simply small soon start started state still support sure take taken tell thank "
    "thanks thing things think time times today together told took tried try trying turn two "
    "type under understand until upon us use used useful user uses using usually ve various "
    "version want wanted wasn way ways week weeks well went without won work worked working works "
    "would wouldn wrong wrote year years yes yet"
)
_DULL = frozenset(map(stem, (*ENGLISH_STOP_WORDS, *STOP_WORDS, *_CHATTER.split())))
_words = re.compile(r"[^\W\d_]{3,}").findall


def keywords(texts: Sequence[str], labels: Labels, *, most: int = KEYWORDS) -> list[list[str]]:
    """The words that set each group apart, most telling first, in their commonest form.

    Class-based TF-IDF: a word counts by its share of the group's words, times how rare it is
    over all groups. Stop words, numbers and words that half of all experiences use are left
    out; forms of one word count together.
    """
    forms: dict[str, Counter[str]] = defaultdict(Counter)

    def stems(text: str) -> list[str]:
        found = []
        for word in _words(text.casefold()):
            stemmed = stem(word)
            if stemmed not in _DULL:
                forms[stemmed][word] += 1
                found.append(stemmed)
        return found

    vectoriser = CountVectorizer(
        analyzer=stems, max_df=COMMON if len(texts) >= 10 else 1.0, min_df=_seldom(len(texts))
    )
    groups = int(labels.max()) + 1
    try:
        counts = vectoriser.fit_transform(texts)
    except ValueError:  # scikit-learn's way of saying that no word is left
        return [[] for _ in range(groups)]
    vocabulary = vectoriser.get_feature_names_out()
    worth = class_tf_idf(np.vstack([np.asarray(counts[labels == g].sum(0)) for g in range(groups)]))
    named = []
    for row in worth:
        order = sorted(np.flatnonzero(row > 0), key=lambda w: (-row[w], vocabulary[w]))
        named.append([_commonest(forms[vocabulary[word]]) for word in order[:most]])
    return named


def class_tf_idf(counts: np.ndarray) -> np.ndarray:
    """Worth of each word for each group, from counts of shape (groups, words).

    Share of the group's words times ln(1 + mean words of a group / uses of the word); the
    formula of BERTopic (Grootendorst 2022).
    """
    totals = counts.sum(axis=1, keepdims=True)
    shares = counts / np.where(totals > 0, totals, 1)
    uses = np.maximum(counts.sum(axis=0), 1)
    worth: np.ndarray = shares * np.log1p(totals.mean() / uses)
    return worth


def label(words: Sequence[str], *, number: int) -> str:
    """The first three keywords as a label; "Topic 3" when there are none.

    >>> label(["backups", "restore", "drills", "disk"], number=0)
    'backups · restore · drills'
    """
    return " · ".join(words[:IN_LABEL]) or f"Topic {number + 1}"


def representatives(
    ids: Sequence[str], vectors: Matrix, labels: Labels, *, most: int = REPRESENTATIVES
) -> list[tuple[str, ...]]:
    """The members nearest to the middle of each group, nearest first."""
    nearness = np.einsum("nd,nd->n", vectors, centroids(vectors, labels)[labels])
    members: dict[int, list[int]] = defaultdict(list)
    for row in sorted(range(len(ids)), key=lambda r: (-round(float(nearness[r]), 6), ids[r])):
        members[int(labels[row])].append(row)
    return [
        tuple(ids[row] for row in members[group][:most]) for group in range(int(labels.max()) + 1)
    ]


def _seldom(n: int) -> int:
    """In how many experiences a word must occur: slips of the pen are no keywords."""
    return 1 if n < 100 else 2 if n < 5000 else 4


def _commonest(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))
