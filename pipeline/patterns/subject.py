"""What a problem and experiences are both about: a short noun phrase out of the problem."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.embeddings.tokens import stem, terms
from pipeline.patterns.words import (
    AUXILIARIES,
    PEOPLE,
    may_be_verb,
    noun_like,
    surely_verb,
    word_list,
    word_set,
)
from pipeline.records import Experience

DEFAULT_SUBJECT = "practice"
LONGEST = 3  # words
_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|[^\s\w]")
_OPENERS = word_set(
    "a an the our my your their its this that these those no any each every some of in on at by"
    " for with without from to into about against between during"
)
_DETERMINERS = word_set("a an the our my your their its this new old whole main")
_SIZES = word_set("long short new old large small early late high low night double")
_EITHER = word_set(
    "report plan test review change order record request limit check design support form"
    " approach process cost risk use work visit measure supply release"
)
_PLACES = word_set(
    "village villages plant fish city town country region office school schools hospital"
    " hospitals ward company companies firm supplier suppliers site sites building place area"
    " community world line street floor field"
)
_RHYTHM = word_set("daily weekly monthly yearly early")


def stems(text: str) -> frozenset[str]:
    """The stemmed terms of a text, each once.

    >>> sorted(stems("Restoring backups, restored."))
    ['backup', 'restor']
    """
    return frozenset(terms(text))


def noun_phrases(text: str) -> tuple[str, ...]:
    """Short noun phrases of a text, in order, each once; people are not among them.

    >>> noun_phrases("Our nurses skip the handover checklist when the ward is busy.")
    ('handover checklist', 'ward')
    """
    tokens = _TOKEN.findall(text)
    found: list[str] = []
    run: list[str] = []
    for index, token in enumerate([*tokens, "."]):
        before = tokens[index - 1].lower() if index else ""
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        opener = tokens[index - len(run) - 1].lower() if index > len(run) else ""
        if _continues(token, before, following, owned=bool(run) and opener in _DETERMINERS):
            run.append(token)
            continue
        if run and not run[-1].endswith("ing") and before_is_verbless(tokens, index - len(run) - 1):
            found.append(" ".join(run[-LONGEST:]))
        run = []
    return tuple(dict.fromkeys(_decapitalised(phrase, text) for phrase in found))


def before_is_verbless(tokens: Sequence[str], index: int) -> bool:
    """False if the word before a phrase makes it an adjective, as in "is manual"."""
    before = tokens[index].lower() if index >= 0 else ""
    return before not in AUXILIARIES and before not in {"very", "too", "so", "more", "not"}


def _continues(token: str, before: str, following: str, *, owned: bool) -> bool:
    """True if the token belongs to a noun phrase, given its neighbours."""
    low = token.lower()
    if low.endswith("ing") and before in _DETERMINERS and len(token) > 5:
        return True
    thing = noun_like(following) and (not may_be_verb(following) or following in _EITHER)
    modifies = before in _DETERMINERS and thing
    if modifies and (low in PEOPLE or low in _RHYTHM):
        return True
    if not noun_like(token):
        return False
    if not may_be_verb(token) or (owned and low in _EITHER):
        return True
    return (before in _OPENERS or before in _SIZES) and not token.lower().endswith(("ed", "ing"))


def _decapitalised(phrase: str, text: str) -> str:
    """The phrase without the capital of a sentence's first word."""
    first = phrase.split(maxsplit=1)[0]
    starts = re.search(rf"(?:^|[.!?]\s+){re.escape(first)}", text)
    plain = first[1:].islower()
    return phrase[0].lower() + phrase[1:] if starts and plain else phrase


def shared_terms(first: Experience, second: Experience, *, limit: int = 4) -> tuple[str, ...]:
    """Noun-like words that both experiences hold, those in titles and tags first.

    >>> a = Experience("a", "A checklist", "The checklist held.", tags=("checklist",))
    >>> shared_terms(a, Experience("b", "Lists", "Our checklists grew."))
    ('checklist',)
    """
    forms: dict[str, str] = {}
    counts: Counter[str] = Counter()
    one, two = stems(_all_words(first)), stems(_all_words(second))
    heads = stems(_head(first)), stems(_head(second))
    for word in word_list(f"{_head(first)} {_head(second)} {first.text} {second.text}"):
        root = stem(word.lower())
        if root in one & two and root in heads[0] | heads[1] and _telling(word):
            forms.setdefault(root, word)
            counts[root] += 1 + 3 * (root in heads[0] & heads[1])
    ranked = sorted(counts, key=lambda root: (-counts[root], root))
    return tuple(forms[root] for root in ranked[:limit])


def _telling(word: str) -> bool:
    """A lower-case word that stands for a thing: no name, no verb, nothing very short."""
    return word.islower() and len(word) > 3 and noun_like(word) and not surely_verb(word)


def subject_of(problem: str, experiences: Sequence[Experience]) -> str:
    """The noun phrase of the problem that the experiences speak of most.

    It is fit to stand after "our": "our handover checklist". A problem that speaks of people
    alone gives "work with" them, one without any noun gives "practice".

    >>> e = Experience("e", "Checklists", "A checklist for handover.")
    >>> subject_of("Nurses skip the handover checklist at night.", [e])
    'handover checklist'
    >>> subject_of("A tree came down beside a saw crew.", [])
    'practice'
    """
    spoken = [stems(_all_words(e)) for e in experiences]
    headed = [stems(_head(e)) for e in experiences]
    best, best_score = _about_people(problem), -9.0
    for position, phrase in enumerate(noun_phrases(problem)):
        roots = stems(phrase)
        if not roots or (phrase[0].isupper() and not phrase.split()[0].isupper()):
            continue
        inside = sum(len(roots & s) / len(roots) for s in spoken) / max(1, len(spoken))
        named = sum(len(roots & s) / len(roots) for s in headed) / max(1, len(headed))
        score = inside + 0.8 * named + _prior(phrase, problem) - 0.08 * position
        if score > best_score:
            best, best_score = phrase, score
    return DEFAULT_SUBJECT if _met_once(best, problem) else best


def is_headed(experience: Experience, subject: str) -> bool:
    """True if the title or the tags of an experience name the subject's last word.

    >>> is_headed(Experience("e", "Targets bend behaviour", ""), "waiting-time target")
    True
    """
    words = word_list(subject)
    named = subject != DEFAULT_SUBJECT and bool(words)
    return named and bool(stems(words[-1]) & stems(_head(experience)))


def _prior(phrase: str, problem: str) -> float:
    """How much the problem itself makes of a phrase."""
    owned = re.search(rf"\b(?:our|my) (?:\w+ )?{re.escape(phrase)}\b", problem, re.IGNORECASE)
    named = re.search(rf"\b(?:an?|the|this) (?:\w+ )?{re.escape(phrase)}\b", problem, re.IGNORECASE)
    place = phrase.rsplit(maxsplit=1)[-1].lower() in _PLACES
    return 0.6 * bool(owned) + 0.3 * bool(named) + 0.4 * (len(phrase.split()) == 2) - 0.8 * place


def _met_once(phrase: str, problem: str) -> bool:
    """True for a single thing that came along, as in "a tree fell": it is nobody's own."""
    one = re.search(rf"\b(?:an?|another) {re.escape(phrase)}\b", problem, re.IGNORECASE)
    owned = re.search(rf"\b(?:our|my|the|this) {re.escape(phrase)}\b", problem, re.IGNORECASE)
    return bool(one) and not owned and " " not in phrase


def _about_people(problem: str) -> str:
    found = next((w for w in word_list(problem) if w.lower() in PEOPLE and w[-1] == "s"), "")
    return f"work with {found.lower()}" if found else DEFAULT_SUBJECT


def _head(experience: Experience) -> str:
    return f"{experience.title}. {', '.join(experience.tags)}.".replace("-", " ")


def _all_words(experience: Experience) -> str:
    return f"{_head(experience)} {experience.text}"
