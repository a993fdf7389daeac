"""Why an experience is related: its own best sentences, shared words, and one difference.

No model is asked and nothing is encoded: sentences are chosen by the words that they share
with the problem, weighted by how rare the words are in the community.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.documents.sentences import sentences
from pipeline.index.base import Index
from pipeline.records import Experience, Passage, Quote, SentencePair, Why
from pipeline.retrieval.facets import named_facets
from pipeline.retrieval.readable import KEPT, Word, telling_words
from pipeline.retrieval.sayings import joined, outcome_clause, plain, readable, reason

MOST_SENTENCES = 2
MOST_TERMS = 6
SAID_TERMS = 3
LONGEST_QUOTE = 320
TELLING_LENGTH = 30
MOST_LOOKED_AT = 6
PROSE = 0.65
"""Share of letters from which on a sentence is prose, and not a log line or a table."""

ONCE_UNKNOWN = "\0"  # a term that no text has: it gets the highest rarity there is
SLIP = 1.2
"""Words this near to the highest rarity stand in one passage only: often slips of the pen."""

WORTH_A_SECOND = 0.4
"""A second sentence is shown when it is worth this share of the first."""

ELSEWHERE = 0.5
"""What shared words count that another sentence of the problem has: of a long story, two
sentences about one thing match better than words from all over it."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a passage by offsets into the experience's text, with shared words."""

    start: int
    end: int
    words: tuple[Word, ...]
    worth: float


class Teller:
    """Tells why experiences are related to one problem.

    Args:
        problem: What was asked.
        index: Says how rare words are among the community's passages.
        usual: The discipline of most experiences that were found, if there is one; another
            discipline is a difference worth telling.
    """

    def __init__(self, problem: str, index: Index, *, usual: str | None = None) -> None:
        self._index = index
        self._usual = usual
        self._problem = problem
        self._asked = _sentences_of(problem)
        self._forms: dict[str, str] = {}
        self._places: dict[str, set[int]] = {}
        self._asked_words: dict[int, list[Word]] = {}
        begins = [start for start, _ in self._asked]
        for word in telling_words(problem):
            self._forms.setdefault(word.stem, word.text)
            number = bisect_right(begins, word.start) - 1
            if number >= 0:
                self._places.setdefault(word.stem, set()).add(number)
                self._asked_words.setdefault(number, []).append(word)
        stems = list(self._forms)
        self._idf = dict(zip(stems, index.idf(stems), strict=True)) if stems else {}

    def why(self, experience: Experience, passages: Sequence[Passage]) -> Why:
        """Why an experience is related, from its best passages (best first).

        The line is never empty and says only what can be read off the two texts and the
        experience's facts.
        """
        found = self._sentences(passages)
        chosen = _choose(found)
        in_passages = {word.stem: word.text for sentence in found for word in sentence.words}
        in_title = {w.stem: w.text for w in telling_words(experience.title, only=self._idf)}
        terms = self._shared({**in_title, **in_passages})
        difference = self._difference(experience, passages)
        quotes = tuple(_quote(experience, sentence) for sentence in chosen)
        pairs = (self._pair(*both) for both in zip(chosen, quotes, strict=True))
        return Why(
            line=reason(terms[:SAID_TERMS], experience, difference),
            sentences=quotes,
            shared_terms=terms[:MOST_TERMS],
            difference=difference,
            pairs=tuple(pair for pair in pairs if pair),
            facets=named_facets(self._problem, self._forms, experience),
        )

    def _pair(self, told: _Sentence, quote: Quote) -> SentencePair | None:
        """The sentence of the problem that a quote answers to; None when they share no word."""
        stems = {word.stem for word in told.words if quote.start <= word.start < quote.end}
        number, _ = self._nearest(stems)
        if number is None:
            return None
        own = [word for word in self._asked_words[number] if word.stem in stems]
        start, end = _stretch(self._problem, *self._asked[number], own[0].start)
        marked = [word for word in own if start <= word.start < end]
        wanted = {word.stem for word in marked}
        return SentencePair(
            asked=Quote("", self._problem[start:end], start, end),
            told=quote,
            asked_words=tuple(_mark("", self._problem, word) for word in marked),
            told_words=tuple(
                Quote(quote.experience, word.text, word.start, word.start + len(word.text))
                for word in told.words
                if word.stem in wanted and quote.start <= word.start < quote.end
            ),
        )

    def _nearest(self, stems: Collection[str]) -> tuple[int | None, float]:
        """The problem's sentence that has most of these words by rarity, and what they weigh."""
        weights: dict[int, float] = {}
        for stem in stems:
            for number in self._places.get(stem, ()):
                weights[number] = weights.get(number, 0.0) + self._idf[stem]
        if not weights:
            return None, 0.0
        number = min(weights, key=lambda n: (-weights[n], n))
        return number, weights[number]

    def _sentences(self, passages: Sequence[Passage]) -> list[_Sentence]:
        """Sentences of the passages in their order, with the words shared with the problem."""
        found = []
        for passage in passages:
            words = list(telling_words(passage.text, only=self._idf))
            for start, end in _sentences_of(passage.text):
                shared = tuple(word for word in words if start <= word.start < end)
                found.append(
                    _Sentence(
                        start=passage.start + start,
                        end=passage.start + end,
                        words=tuple(Word(w.text, w.stem, w.start + passage.start) for w in shared),
                        worth=self._worth(shared, passage.text[start:end]),
                    )
                )
        return found

    def _worth(self, shared: Sequence[Word], sentence: str) -> float:
        """Rarity of the distinct shared words; less for long, for short and for logged text."""
        if not shared:
            return 0.0
        stems = {word.stem for word in shared}
        whole = sum(self._idf[stem] for stem in stems)
        _, together = self._nearest(stems)
        rarity = together + ELSEWHERE * (whole - together)
        length = len(sentence)
        prose = sum(map(str.isalpha, sentence)) >= PROSE * length
        fit = min(1.0, length / 40) / (1.0 + max(0, length - 200) / 400)
        return rarity * fit * (1.0 if prose else 0.3)

    def _shared(self, forms: dict[str, str]) -> tuple[str, ...]:
        """Shared words, rarest first, in the problem's form."""
        stems = sorted(forms, key=lambda stem: (-self._idf[stem], stem))
        return tuple(readable(self._forms[stem], forms[stem]) for stem in stems)

    def _difference(self, experience: Experience, passages: Sequence[Passage]) -> str:
        outcome = outcome_clause(experience.status)
        if outcome:
            return f"there {outcome}"
        if experience.discipline and experience.discipline != self._usual:
            return f"there it was in {plain(experience.discipline)}"
        return self._further(passages[0].text if passages else experience.title)

    def _further(self, text: str) -> str:
        """What else is spoken of there: the words that tell most and that the problem lacks.

        Capitalised words are left out: many are names of people.
        """
        forms: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for word in telling_words(text):
            if word.stem not in self._forms and word.text.isalpha() and word.text.islower():
                forms.setdefault(word.stem, word.text)
                counts[word.stem] += 1
        stems = list(forms)
        *rarity, highest = self._index.idf([*stems, ONCE_UNKNOWN])
        idf = dict(zip(stems, rarity, strict=True))
        known = [stem for stem in stems if idf[stem] < highest - SLIP] or stems
        top = sorted(known, key=lambda stem: (-counts[stem] * idf[stem], stem))[:2]
        return f"it also speaks of {joined([forms[stem] for stem in top])}" if top else ""


@lru_cache(maxsize=KEPT)
def _sentences_of(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(sentences(text))


def _choose(found: Sequence[_Sentence]) -> list[_Sentence]:
    """At most two sentences: the best, and another that adds a shared word."""
    by_worth = sorted(found, key=lambda s: (-s.worth, s.start))
    if not by_worth:
        return []
    best = by_worth[0]
    if best.worth <= 0:
        return [next((s for s in found if s.end - s.start >= TELLING_LENGTH), found[0])]
    seen = {word.stem for word in best.words}
    for second in by_worth[1:MOST_LOOKED_AT]:
        if second.worth < WORTH_A_SECOND * best.worth:
            break
        if any(word.stem not in seen for word in second.words):
            return [best, second][:MOST_SENTENCES]
    return [best]


def _mark(owner: str, text: str, word: Word) -> Quote:
    end = word.start + len(word.text)
    return Quote(owner, text[word.start : end], word.start, end)


def _quote(experience: Experience, sentence: _Sentence) -> Quote:
    """The sentence verbatim; of a very long one, a stretch that holds its first shared word."""
    first = min((word.start for word in sentence.words), default=sentence.start)
    start, end = _stretch(experience.text, sentence.start, sentence.end, first)
    return Quote(experience.id, experience.text[start:end], start, end)


def _stretch(text: str, start: int, end: int, first: int) -> tuple[int, int]:
    """The sentence from `start` to `end`, cut at words around `first` when it is very long."""
    if end - start > LONGEST_QUOTE:
        if first - start > LONGEST_QUOTE // 2:
            start = text.rfind(" ", start, first - LONGEST_QUOTE // 4) + 1 or first
        if end - start > LONGEST_QUOTE:
            cut = text.rfind(" ", start + 1, start + LONGEST_QUOTE)
            end = cut if cut > start else start + LONGEST_QUOTE
    return start, end
