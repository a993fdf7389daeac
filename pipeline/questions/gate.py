"""The gates: what a question must not be. Each returns a reason, or None to let it pass.

Names of persons are found by pattern: e-mail addresses, @handles, pseudonyms, titled names and
a listed given name before a capitalised word. Surnames alone, unlisted given names and names
in lower case pass; the sources are cleaned of authors' names before they come here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.embeddings.base import Encoder, Vectors
from pipeline.patterns.given_names import looks_like_person
from pipeline.patterns.naming import readable_title
from pipeline.patterns.verify import verified
from pipeline.patterns.words import word_list
from pipeline.questions.language import OPENERS, language_of
from pipeline.records import Experience, Question

MOST_OWN_WORDS = 35
MOST_WORDS = 60
REPHRASES = 0.9  # cosine from which a question counts as asked before
COPIED_WORDS = 8  # words in a row outside quotation marks

_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"")
_HANDLE = re.compile(r"\S+@\S+\.\S+|(?<!\w)@\w+|\b(?:member|user)-[0-9a-z]{3,}\b", re.IGNORECASE)
_BLAME = re.compile(
    r"\bwhy (?:did|do|does|didn[’']t|don[’']t|doesn[’']t|was|were|are|is|wasn[’']t|weren[’']t) "
    r"(?:you|they|he|she|the|our|your|their|we|nobody|someone|management|staff)\b|"
    r"\bwho (?:is|was|are|were) (?:to blame|at fault|responsible|guilty)|\bto blame\b|"
    r"\bwhose (?:fault|mistake|error)|\b(?:fault|mistake|negligence) of\b|"
    r"\bwho (?:failed|forgot|ignored|neglected|caused)|\bfail(?:ed)? to (?:do|follow|act|see)\b|"
    r"\bshould(?:n[’']t)? (?:you|they|he|she|we|the \w+) (?:not )?have\b|"
    r"\b(?:careless|negligent|incompetent|lazy|stupid|irresponsible|ignorant)\w*",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\b(?:isn[’']t it|don[’']t (?:you|we)|shouldn[’']t (?:we|you|it)|wouldn[’']t it|right)\?$|"
    r"\b(?:shouldn[’']t|wouldn[’']t|isn[’']t|aren[’']t) (?:we|you|it|this|they)\b",
    re.IGNORECASE,
)
_INSTRUCTIONS = re.compile(
    r"\b(?:single|double)[- ]loop\b|\breflection questions?\b|\bcommunity text\b|"
    r"\bevidence (?:block|set|item|[0-9]+|[A-B]\b)|\bexperiences? (?:[A-B]|[0-9])\b|"
    r"\b(?:quote|account|text) [AB]\b|\bas an? (?:AI|language model|assistant)\b|\bJSON\b|"
    r"\bgoverning (?:value|variable)s?\b|\b(?:open|blameless) question\b|\bthe "
    r"(?:given|provided|above) (?:text|experiences?|quotes?|problem|evidence)\b|"
    r"\bplaceholder\b|\bunder the lens\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[\n\r\t{}<>`*_\\|]|https?:|\[\w*\]\(")
_ENDS_CLAUSE = re.compile(r"[:;.—–,]\s+")


@dataclass(frozen=True)
class GateContext:
    """What questions are held against. `asked_vectors` has a row for each text of `asked`."""

    experiences: Mapping[str, Experience]
    language: str = "en"
    asked: tuple[str, ...] = ()
    asked_vectors: Vectors = field(default_factory=lambda: np.zeros((0, 1), np.float32))
    vectors: Mapping[str, Vectors] = field(default_factory=dict)

    def near_to(self, text: str) -> tuple[float, str]:
        """Cosine to the nearest question asked before, and that question; 0.0 without one."""
        vector = self.vectors.get(text)
        if vector is None or not self.asked:
            return 0.0, ""
        cosines = self.asked_vectors @ vector
        best = int(np.argmax(cosines))
        return float(cosines[best]), self.asked[best]


def with_vectors(context: GateContext, texts: Sequence[str], encoder: Encoder) -> GateContext:
    """The context with vectors for these texts, encoded in one batch."""
    missing = [text for text in dict.fromkeys(texts) if text not in context.vectors]
    if not missing:
        return context
    found = dict(zip(missing, encoder.encode(missing), strict=True))
    return GateContext(
        experiences=context.experiences,
        language=context.language,
        asked=context.asked,
        asked_vectors=context.asked_vectors,
        vectors={**context.vectors, **found},
    )


def own_words(text: str) -> str:
    """The question's own words: what stands in quotation marks is left out.

    >>> own_words("What does “we left early” tell us?")
    'What does … tell us?'
    """
    return _QUOTED.sub("…", text)


def quoted_words(text: str) -> tuple[str, ...]:
    """What stands in quotation marks, without the marks.

    >>> quoted_words("What does “we left early” tell us?")
    ('we left early',)
    """
    return tuple(found.group()[1:-1] for found in _QUOTED.finditer(text))


Gate = Callable[[Question, GateContext], str | None]


def one_question(question: Question, _context: GateContext) -> str | None:
    """One question mark, at the end; quoted text apart."""
    own = own_words(question.text).strip()
    if not own.endswith("?"):
        return "does not end with a question mark"
    return "asks more than one question" if own.count("?") > 1 else None


def short_enough(question: Question, _context: GateContext) -> str | None:
    """At most 35 words of its own, and at most 60 with quotes."""
    own = len(word_list(own_words(question.text)))
    whole = len(word_list(question.text))
    if own > MOST_OWN_WORDS:
        return f"has {own} words of its own; {MOST_OWN_WORDS} are allowed"
    if whole > MOST_WORDS:
        return f"has {whole} words with its quotes; {MOST_WORDS} are allowed"
    return "is too short to ask anything" if own < 5 else None


def begins_open(question: Question, context: GateContext) -> str | None:
    """Begins as an open question, at once or after a lead-in that ends with a colon or stop."""
    own = own_words(question.text).strip()
    opener = OPENERS.get(context.language, OPENERS["en"])
    starts = [own, *[own[m.end() :] for m in _ENDS_CLAUSE.finditer(own) if m.group()[0] in ":.;"]]
    if opener.match(own) or (len(starts) > 1 and opener.match(starts[-1])):
        return None
    return "does not begin as an open question"


def cites_two(question: Question, context: GateContext) -> str | None:
    """Evidence from at least two experiences that exist."""
    cited = {q.experience for q in question.evidence if q.experience in context.experiences}
    return None if len(cited) >= 2 else "cites fewer than two experiences"


def quotes_verbatim(question: Question, context: GateContext) -> str | None:
    """Every quote stands letter by letter in an experience that the question cites."""
    for quote in question.evidence:
        if not verified(quote, context.experiences.get(quote.experience)):
            return "cites words that are not in the experience"
    cited = [context.experiences[q.experience] for q in question.evidence]
    for words in quoted_words(question.text):
        if len(word_list(words)) > 2 and not any(wrote(words, e) for e in cited):
            return "puts words in quotation marks that nobody wrote"
    return None


def wrote(words: str, experience: Experience) -> bool:
    """True if the words stand in the experience's text or title (titles may be cut at its end)."""
    title = readable_title(experience.title)
    return words in experience.text or words.removesuffix(" …") in title


def names_nobody(question: Question, _context: GateContext) -> str | None:
    """No personal name, handle or e-mail address."""
    if _HANDLE.search(question.text):
        return "holds a handle or an address"
    return "names a person" if looks_like_person(question.text) else None


def blames_nobody(question: Question, _context: GateContext) -> str | None:
    """No form of blame, and no answer pressed on the reader."""
    own = own_words(question.text)
    if _BLAME.search(own):
        return "asks whose fault it is"
    return "presses an answer on the reader" if _LEADING.search(own) else None


def not_asked_before(question: Question, context: GateContext) -> str | None:
    """Cosine below 0.9 to every question in the bank."""
    cosine, other = context.near_to(question.text)
    return f"rephrases “{other}”" if cosine >= REPHRASES else None


def no_copy(question: Question, context: GateContext) -> str | None:
    """Outside quotation marks no eight words in a row are those of a source."""
    words = [w.lower() for w in word_list(own_words(question.text))]
    runs = {" ".join(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1)}
    for quote in question.evidence:
        experience = context.experiences.get(quote.experience)
        source = " ".join(w.lower() for w in word_list(experience.text)) if experience else ""
        if any(run in source for run in runs):
            return "copies a sentence of its source"
    return None


def no_instructions(question: Question, _context: GateContext) -> str | None:
    """No words of the prompt's own instructions."""
    found = _INSTRUCTIONS.search(own_words(question.text))
    return f"repeats the instructions (“{found.group()}”)" if found else None


def plain_text(question: Question, _context: GateContext) -> str | None:
    """One line of plain text: no markup, link or placeholder."""
    return "holds markup or a link" if _MARKUP.search(own_words(question.text)) else None


def in_language(question: Question, context: GateContext) -> str | None:
    """The language that is asked for."""
    found = language_of(own_words(question.text))
    if found in ("", context.language):
        return None
    return f"is written in another language ({found}, not {context.language})"


GATES: tuple[Gate, ...] = (
    one_question,
    short_enough,
    begins_open,
    cites_two,
    quotes_verbatim,
    names_nobody,
    blames_nobody,
    not_asked_before,
    no_copy,
    no_instructions,
    plain_text,
    in_language,
)


def gates(question: Question, context: GateContext) -> tuple[str, ...]:
    """Every reason to reject the question, in the order of the gates; empty when it passes."""
    reasons = (gate(question, context) for gate in GATES)
    return tuple(reason for reason in reasons if reason)
