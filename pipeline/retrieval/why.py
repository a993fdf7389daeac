"""Why an experience is related: its own best sentences, shared words, and one difference.

No model is asked and nothing is encoded: sentences are chosen by the words that they share
with the problem, weighted by how rare the words are in the community.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.documents.sentences import sentences
from pipeline.index.base import Index
from pipeline.records import Experience, Passage, Quote, Why
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
        self._forms: dict[str, str] = {}
        for word in telling_words(problem):
            self._forms.setdefault(word.stem, word.text)
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
        return Why(
            line=reason(terms[:SAID_TERMS], experience, difference),
            sentences=tuple(_quote(experience, sentence) for sentence in chosen),
            shared_terms=terms[:MOST_TERMS],
            difference=difference,
        )

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
        rarity = sum(self._idf[stem] for stem in {word.stem for word in shared})
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


def _quote(experience: Experience, sentence: _Sentence) -> Quote:
    """The sentence verbatim; of a very long one, a stretch that holds its first shared word."""
    start, end = sentence.start, sentence.end
    if end - start > LONGEST_QUOTE:
        first = min((word.start for word in sentence.words), default=start)
        if first - start > LONGEST_QUOTE // 2:
            start = experience.text.rfind(" ", start, first - LONGEST_QUOTE // 4) + 1 or first
        if end - start > LONGEST_QUOTE:
            cut = experience.text.rfind(" ", start + 1, start + LONGEST_QUOTE)
            end = cut if cut > start else start + LONGEST_QUOTE
    return Quote(experience.id, experience.text[start:end], start, end)
