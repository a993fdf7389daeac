"""Choose the sentence of an experience that tells most, and the words of it to quote.

Two sizes: a whole sentence is the evidence shown below a question; a fragment of it, cut at
clause boundaries, stands in the question itself. Both are exact stretches of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.documents.sentences import sentences
from pipeline.patterns.given_names import looks_like_person
from pipeline.patterns.subject import stems
from pipeline.patterns.words import (
    AUXILIARIES,
    FUNCTION_WORDS,
    has_verb,
    may_be_verb,
    surely_verb,
    word_list,
    word_set,
)
from pipeline.records import Experience, PartName

MOST_WORDS, FEWEST_WORDS = 36, 5
FRAGMENT_MOST, FRAGMENT_FEWEST = 14, 4

_PART_WEIGHT: dict[PartName, float] = {
    "insight": 1.0,
    "outcome": 0.2,
    "action": 0.1,
    "situation": 0.1,
    "post": 0.1,
    "body": 0.1,
}
_UNQUOTABLE = re.compile(
    r"https?:|www\.|\S+@\S+|(?<!\w)@\w|\bmember-\w+|</?\w+|[{}`\\|=^~#]|\(\)|::|->|_\w+_|\w_\w|"
    r"\b(?:ERROR|WARN|WARNING|INFO|DEBUG|Traceback)\b|\d{2}:\d{2}:\d{2}|0x[0-9a-f]+|\w+\.\w+\(|"
    r"\[\w*\]|\*\*|[<>]|[=_*-]{3,}|\.(?:py|cpp|json|nrrd|stl|exe|txt|log)\b",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(
    r"\b(?:thanks?|thank you|thx|hello|hi|hey|dear|greetings|regards|cheers|sorry|please|welcome|"
    r"good (?:morning|day|luck)|let me know|any (?:help|ideas?|suggestions?)|attached|screenshot|"
    r"appreciated?|your (?:\w+ )?attention|grateful|kindly|looking forward|would like to|"
    r"wondering|i (?:want|need|am trying)|i['’]m trying|see (?:above|below|attached)|as follows|"
    r"click|you (?:can|could|should|may|need))\b",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"\b(?:because|rather than|instead|not|never|only|always|assum\w+|believ\w+|belief|suppos\w+|"
    r"taken? for granted|expect\w+|trust\w*|treat\w+|count(?:ed|s|ing)|measur\w+|mean(?:s|t)|"
    r"turned out|proved|showed|need(?:s|ed)|depend\w*|without|until|although|despite|learnt?|"
    r"learned|realis\w+|realiz\w+|value\w*|protect\w*|safe\w*|risk\w*|lesson|concern\w*|should|"
    r"must|problem|fail\w*|work(?:s|ed)|ignor\w+|decid\w+|chang\w+)\b",
    re.IGNORECASE,
)
_PREMISE = re.compile(
    r"\b(?:assum\w+|believ\w+|belief|suppos\w+|taken? for granted|treat\w+ as|counted as|"
    r"regarded|meant|expected to|trust\w*)\b",
    re.IGNORECASE,
)
_DANGLING = word_set(
    "it they this these those he she its their his her that such there which who whom whose"
    " where both one another others him them then thus so also instead"
)
_CONJUNCTION = re.compile(
    r"^(?:(?:and|but|or|nor|so|yet|because|although|though|while|whereas|since|as|so that|however"
    r"|therefore|then|also)\b,? +)+",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"[,;:—–()]+\s+|\s+[—–-]\s+|"
    r"\s+(?=(?:because|but|although|though|while|whereas|so that|until|unless)\s)",
)
_LEANING = word_set(
    "after before during at on within until despite since unless as if when where how whether"
    " in under over between among through about against into because although while whereas"
    " which who whom whose that than"
)
_LISTED = re.compile(r",\s+[\w-]+(?:\s[\w-]+)?(?:,|\s+and\b|\s+or\b)")
_PREPOSITIONS = word_set("to not with without by for from of than")
_DANGLING_END = FUNCTION_WORDS | AUXILIARIES


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence worth quoting: offsets in its experience's text and how much it tells.

    `value` is higher for sentences that say more; `fragment` is the stretch to quote inside a
    question (offsets too), None when no part of it can stand alone.
    """

    experience: str
    start: int
    end: int
    value: float
    fragment: tuple[int, int] | None


def telling_sentences(
    experience: Experience, wanted: frozenset[str], *, limit: int = 4
) -> list[Telling]:
    """The sentences that tell most, best first. `wanted` are stems that ought to occur.

    Left out: questions, greetings and thanks, links, code, log lines, shouting, and sentences
    of fewer than 5 or more than 36 words.
    """
    found = []
    for start, end in _trimmed_sentences(experience.text):
        sentence = experience.text[start:end]
        if not quotable(sentence):
            continue
        fragment = best_fragment(sentence, wanted)
        value = _value(sentence, wanted) + _PART_WEIGHT[_part_at(experience, start)]
        value += 0.7 * fragment[2] if fragment else -1.0
        cut = (start + fragment[0], start + fragment[1]) if fragment else None
        found.append(Telling(experience.id, start, end, value, cut))
    return sorted(found, key=lambda t: (-t.value, t.start))[:limit]


def _trimmed_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Sentences without list marks such as "1)" in front; line breaks inside end them."""
    for start, end in sentences(text):
        for line in re.finditer(r"[^\n]+", text[start:end]):
            piece = line.group()
            mark = re.match(r"\s*(?:[-*•>]+|\(?\d{1,2}[.)]|[a-z]\))?\s*", piece)
            skip = mark.end() if mark else 0
            kept = piece.rstrip()
            if len(kept) > skip:
                yield start + line.start() + skip, start + line.start() + len(kept)


def quotable(sentence: str) -> bool:
    """True if a sentence can be shown as someone's words about what happened.

    >>> quotable("The checklist was complete, yet the allergy was missed.")
    True
    >>> [quotable(s) for s in ("Thanks for your help with this one!", "Why did it fail again?")]
    [False, False]
    """
    words = word_list(sentence)
    letters = [c for c in sentence if c.isalpha()]
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or "?" in sentence or not letters:
        return False
    if sum(c.isupper() for c in letters) > 0.4 * len(letters):
        return False
    if len(letters) < 0.7 * len(sentence.replace(" ", "")):
        return False
    if _UNQUOTABLE.search(sentence) or _SMALL_TALK.search(sentence) or looks_like_person(sentence):
        return False
    return has_verb(sentence) and not sentence.endswith(":")


def _value(sentence: str, wanted: frozenset[str]) -> float:
    words = word_list(sentence)
    telling = min(3, len(_TELLING.findall(sentence)))
    near = min(3, len(stems(sentence) & wanted))
    numbers = sum(any(c.isdigit() for c in w) for w in words)
    lost = words[0].lower() in _DANGLING
    ideal = 0.2 if 8 <= len(words) <= 26 else 0.0
    premise = 0.3 * bool(_PREMISE.search(sentence))
    return premise + 0.14 * telling + 0.16 * near - 0.12 * numbers - 0.25 * lost + ideal


def _part_at(experience: Experience, offset: int) -> PartName:
    for part in experience.parts:
        if part.start <= offset < part.end:
            return part.name
    return "body"


def best_fragment(sentence: str, wanted: frozenset[str]) -> tuple[int, int, float] | None:
    """Offsets in the sentence of the best clause of 4 to 14 words, and its value (about 0 to 2).

    >>> said = "After a dry month in spring it stopped, because nobody had asked who repairs it."
    >>> start, end, _ = best_fragment(said, frozenset())
    >>> said[start:end]
    'nobody had asked who repairs it'
    """
    best: tuple[int, int, float] | None = None
    for start, end in _spans(sentence):
        value = _fragment_value(sentence, start, end, wanted)
        if value is not None and (best is None or value > best[2]):
            best = (start, end, value)
    return best


def _spans(sentence: str) -> Iterator[tuple[int, int]]:
    """Stretches between clause boundaries, without the conjunction in front."""
    cuts = [(0, 0)] + [found.span() for found in _CUT.finditer(sentence)]
    ends = [start for start, _ in cuts[1:]] + [len(sentence.rstrip(" .!;:,"))]
    for i, (_, start) in enumerate(cuts):
        for k, end in enumerate(ends[i : i + 4], start=i):
            if any(not has_verb(piece) for piece in _joined(sentence, cuts, i, k)):
                continue
            lead = _CONJUNCTION.match(sentence[start:end])
            begin = start + (lead.end() if lead else 0)
            stripped = len(sentence[begin:end].rstrip(" .!;:,"))
            if stripped > 0:
                yield begin, begin + stripped


def _joined(sentence: str, cuts: list[tuple[int, int]], first: int, last: int) -> list[str]:
    """What stands behind the first cut: the last piece, and every piece with a conjunction."""
    stops = [start for start, _ in cuts[1:]] + [len(sentence)]
    pieces = [sentence[cuts[n][1] : stops[n]] for n in range(first + 1, last + 1)]
    return [p for p in pieces if p is pieces[-1] or _CONJUNCTION.match(p)]


def _fragment_value(sentence: str, start: int, end: int, wanted: frozenset[str]) -> float | None:
    piece = sentence[start:end]
    words = word_list(piece)
    whole = start == 0 and end >= len(sentence.rstrip(" .!")) - 1
    if not FRAGMENT_FEWEST <= len(words) <= FRAGMENT_MOST or not _stands_alone(piece, words):
        return None
    cut_apart = _LISTED.match(sentence[end:]) or sentence[end:].lstrip().startswith("(")
    if not whole and (_opens_with_noun(words) or cut_apart or words[0].endswith("ing")):
        return None
    if not whole and (words[0].lower() in _LEANING or re.search(r"[:;—–(]", piece)):
        return None
    value = 0.5 * (start == 0) + 0.3 * (end >= len(sentence) - 1) - 0.3 * (len(words) < 6)
    value += 0.15 * min(2, len(_TELLING.findall(piece)))
    value += 0.2 * min(3, len(stems(piece) & wanted)) - 0.3 * (words[0] in {"I", "My"})
    value -= 0.7 * (words[0].lower() in _DANGLING)
    value -= 0.15 * sum(any(c.isdigit() for c in w) for w in words)
    value -= 0.4 * _cut_from_list(sentence[end:])
    value -= 0.25 * bool(re.search(r"\b(?:it|they|them|this|these|those)\b", piece.lower()))
    return value + 0.3 * (7 <= len(words) <= 12)


def _opens_with_noun(words: Sequence[str]) -> bool:
    """True for a noun with a clause hung on it, as in "a condition that nobody saw"."""
    hung = next((i for i, w in enumerate(words) if w.lower() in {"that", "which", "who"}), 0)
    before = pairwise(words[:hung])
    return hung > 1 and not any(
        may_be_verb(word) and left.lower() not in FUNCTION_WORDS for left, word in before
    )


def _cut_from_list(rest: str) -> bool:
    """True if what follows a comma has no verb of its own: a list or an apposition."""
    following = re.match(r",\s+([^,;:.]*)", rest)
    return following is not None and not has_verb(following.group(1))


def _stands_alone(piece: str, words: Sequence[str]) -> bool:
    """True for a clause: a subject, a finite verb after it, and an end that does not dangle."""
    return not (_broken(piece, words) or _starts_badly(piece, words)) and _has_predicate(words)


def _broken(piece: str, words: Sequence[str]) -> bool:
    """True if it ends in the air, or if brackets or quotation marks are cut apart."""
    if words[-1].lower() in _DANGLING_END - {"it", "them", "us", "one", "away", "together"}:
        return True
    pairs = any(piece.count(a) != piece.count(b) for a, b in ("()", "[]", "“”", "«»"))
    return pairs or piece.count('"') % 2 == 1 or "?" in piece


def _starts_badly(piece: str, words: Sequence[str]) -> bool:
    """True for a start with a preposition, a verb, or one word and a comma."""
    first = words[0]
    verb = surely_verb(first) or (may_be_verb(first) and first.islower())
    alone = len(word_list(piece.split(",", maxsplit=1)[0])) < 2
    return first.lower() in _PREPOSITIONS or verb or alone


def _has_predicate(words: Sequence[str]) -> bool:
    if words[0].lower().endswith("ing") and not surely_verb(words[1]):
        return any(surely_verb(w) for w in words[2:])
    later = words[1:-1] if len(words) > 4 else words[1:]
    return any(surely_verb(w) for w in words[1:]) or any(may_be_verb(w) for w in later)
