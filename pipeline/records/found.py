"""What is found for a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.records.known import Experience, Outcome, Passage
from pipeline.records.words import Precedent, Stance


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one experience, verbatim: `text == experience.text[start:end]`."""

    experience: str
    text: str
    start: int
    end: int
    stance: Stance = "context"


@dataclass(frozen=True, slots=True)
class SentencePair:
    """A sentence of the problem beside a sentence of an experience that speaks of the same.

    `asked` is verbatim in the problem (its `experience` is empty), `told` in the experience;
    `asked_words` and `told_words` are the words in each that they share, by the same offsets.
    """

    asked: Quote
    told: Quote
    asked_words: tuple[Quote, ...] = ()
    told_words: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why an experience is related, told without a language model.

    `sentences` are its best matching sentences (at most two), `shared_terms` the words that
    problem and experience have in common (rarest first), `difference` one thing in which
    they differ, as a short clause. `pairs` hold each of the sentences against the sentence of
    the problem that it matches; `facets` are facts that both share, as short clauses.
    """

    line: str
    sentences: tuple[Quote, ...] = ()
    shared_terms: tuple[str, ...] = ()
    difference: str = ""
    pairs: tuple[SentencePair, ...] = ()
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two experiences differ: `facet` names it, with a few words for each."""

    facet: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """What a counter-experience is held against: the other one, why, and what differs.

    `kind`: "outcome" when one worked and the other failed; "insight" when what was drawn from
    one speaks against the other (`words` then holds a quote of each, the counter-experience's
    first); "stance" when people voted the other way. `here` in a difference is the
    counter-experience, `there` the one that it contradicts; `shares` are facts that both have.
    `clear`: the two are clearly about the same; otherwise it is a hint worth a look, and no more.
    """

    kind: Literal["outcome", "insight", "stance"]
    against: str
    title: str
    differs: tuple[Difference, ...] = ()
    words: tuple[Quote, ...] = ()
    shares: tuple[str, ...] = ()
    clear: bool = True


@dataclass(frozen=True, slots=True)
class Related:
    """A related experience. Scores: higher is nearer; `score` lies between 0 and 1.

    `dense` is the cosine of its best passage (1 is identical), `lexical` its BM25 score.
    `moved` says in a clause why it stands higher or lower than its nearness alone would put it
    (what was lived with it, how old it is); empty when it stands where it would anyway.
    """

    experience: Experience
    score: float
    why: Why
    passages: tuple[Passage, ...] = ()
    dense: float = 0.0
    lexical: float = 0.0
    duplicates: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    moved: str = ""
    contrast: Contrast | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who agreed to be named: `author` is the pseudonym, `experiences` those that match.

    `score`: higher means more of them, and nearer to the problem.
    """

    author: str
    name: str
    experiences: tuple[str, ...]
    contact: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Lived:
    """Who has lived this: people who agreed to be named, and how many others there are."""

    people: tuple[Person, ...] = ()
    others: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking a problem gives back.

    `elsewhere` are experiences of other disciplines that show the same pattern. `total` counts
    what was found in all, of which `related` is the page that begins at `offset`. `notes` say
    in a line each how the problem was read, where that is not what was typed. `lists` is True
    when there was no problem, only a filter: what passes it is listed, the newest first.
    """

    problem: str
    related: tuple[Related, ...]
    counter: tuple[Related, ...] = ()
    elsewhere: tuple[Related, ...] = ()
    lived: Lived = Lived()
    precedent: Precedent = "none"
    total: int = 0
    offset: int = 0
    lists: bool = False
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    made_with: Mapping[str, str] = field(default_factory=dict)
