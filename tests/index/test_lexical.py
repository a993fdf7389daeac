"""The best rows by words: the same as if every row had been scored."""

from __future__ import annotations

import random
from collections import Counter

import bm25s
import numpy as np
import pytest

from pipeline.index.lexical import Lexicon, Piece
from pipeline.index.postings import Postings, joined, key

WORDS = [f"w{number}" for number in range(400)]
SHARES = [1 / (number + 1) for number in range(400)]


def texts(count: int, *, seed: int) -> list[list[str]]:
    pick = random.Random(seed)
    return [pick.choices(WORDS, SHARES, k=pick.randint(1, 40)) for _ in range(count)]


def piece(rows: list[list[str]], alive: np.ndarray | None = None) -> Piece:
    return Piece(Postings.of([Counter(row) for row in rows]), alive)


def everything(lexicon: Lexicon, terms: list[str], sizes: list[int]) -> np.ndarray:
    """Scores of all rows of all pieces."""
    return lexicon.query(terms).scores_of(np.arange(sum(sizes)))


QUERIES = [
    ["w0", "w1", "w2"],
    ["w399", "w0", "w1", "w3"],
    ["w250", "w251", "w7", "w0", "w0"],
    ["w0"],
    ["w390", "never"],
    [f"w{number}" for number in range(0, 60, 2)],
]


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    return texts(9_000, seed=1)


@pytest.mark.parametrize("terms", QUERIES, ids=lambda terms: " ".join(terms)[:20])
@pytest.mark.parametrize("k", [1, 10, 100])
def test_the_best_rows_are_those_of_scoring_all(
    rows: list[list[str]], terms: list[str], k: int
) -> None:
    sizes = [6_000, 2_999, 1]
    alive = np.random.default_rng(2).random(2_999) > 0.1
    pieces = [piece(rows[:6_000]), piece(rows[6_000:8_999], alive), piece(rows[8_999:])]
    allowed = [np.random.default_rng(3).random(6_000) > 0.4, alive, None]
    lexicon = Lexicon(pieces)
    places, found = lexicon.query(terms).best(k, allowed=allowed)
    let_through = np.concatenate([allowed[0], alive, [True]])
    scores = np.where(let_through, everything(lexicon, terms, sizes), 0)
    assert np.allclose(found, scores[places])
    assert len(set(places.tolist())) == len(places)
    last = np.sort(scores)[-k]
    wanted = np.flatnonzero(scores >= max(last, 1e-9))
    assert set(wanted.tolist()) <= set(places.tolist())


def test_scores_are_those_of_bm25s(rows: list[list[str]]) -> None:
    scorer = bm25s.BM25(dtype="float64")
    scorer.index(rows, show_progress=False)
    lexicon = Lexicon([piece(rows[:5_000]), piece(rows[5_000:])])
    for terms in QUERIES:
        known = [term for term in terms if term in scorer.vocab_dict]
        expected = scorer.get_scores(known)
        assert np.allclose(everything(lexicon, terms, [5_000, 4_000]), expected, atol=1e-6)


def test_few_rows_are_looked_at_to_the_end_when_a_rare_term_decides(
    rows: list[list[str]],
) -> None:
    lexicon = Lexicon([piece(rows)])
    places, _ = lexicon.query(["w399", "w0"]).best(5, allowed=[None])
    assert 5 <= len(places) < 200


def test_rows_that_were_removed_count_for_nothing(rows: list[list[str]]) -> None:
    alive = np.arange(9_000) % 3 > 0
    kept = [row for row, lives in zip(rows, alive, strict=True) if lives]
    assert np.allclose(Lexicon([piece(rows, alive)]).idf(WORDS), Lexicon([piece(kept)]).idf(WORDS))


def test_joining_keeps_the_terms_of_the_rows_taken_in_their_new_order() -> None:
    one, two = piece(texts(50, seed=4)).postings, piece(texts(30, seed=5)).postings
    taken = [(one, np.arange(0, 50, 2)), (two, np.arange(30))]
    order = np.random.default_rng(6).permutation(55)
    made = joined(taken, order)
    rows = [*texts(50, seed=4)[::2], *texts(30, seed=5)]
    expected = Postings.of([Counter(rows[place]) for place in order])
    for name in expected.arrays():
        assert np.array_equal(made.arrays()[name], expected.arrays()[name]), name


def test_no_two_words_of_a_large_vocabulary_share_a_key() -> None:
    assert len({key(f"word{number}") for number in range(100_000)}) == 100_000


def test_counts_above_255_are_kept() -> None:
    postings = Postings.of([{"again": 300}, {"again": 1, "once": 1}])
    assert postings.counts.tolist().count(300) == 1
    assert postings.length == 302
