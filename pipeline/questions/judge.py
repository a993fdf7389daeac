"""A judge made of features: eight criteria, 0 to 2 each. It ranks; it does not draft.

It reads the words of a question and its evidence and knows nothing of frames or models. It is
strict about form and blind to meaning: a fluent question about the wrong thing passes. People
and the gates have the last word.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass

from pipeline.patterns.subject import stems
from pipeline.patterns.words import word_list
from pipeline.questions.gate import (
    GateContext,
    begins_open,
    blames_nobody,
    one_question,
    own_words,
    quoted_words,
    quotes_verbatim,
    wrote,
)
from pipeline.records import Question

USABLE = 11.0

_FIX = re.compile(
    r"^(?:how (?:can|could|do|should|to|might) (?:we|you|i) (?:best |better )?(?:improve|fix|avoid|"
    r"prevent|ensure|make|reduce|increase|speed|communicate|get|solve|add|implement)|"
    r"which (?:tool|software|product|method|steps?)|what (?:tool|steps?|can be done|did we learn)|"
    r"what are the (?:benefits|advantages|best)|how (?:long|often|far)\b)",
    re.IGNORECASE,
)
_PREMISE = re.compile(
    r"rel(?:y|ied) on|taken? for granted|assum|believ|belief|suppos|rest on|would have to be true|"
    r"stop believing|sound strange|protect|valu|worth|give up|giving up|trade|price|cost us|"
    r"what kind of|which kind of|call (?:a|it|our)|describ|story|told from|no word for|normal case|"
    r"success|count\b|counted|counts\b|measure|sign that|judge|proof|evidence|convince|need to see|"
    r"observe|know whether|side with|weigh|whose|voice|account|came to|come to|stop(?:ped)? "
    r"(?:looking|asking|checking)|change our minds|obstacle|learnt?\b|lesson|solving|let .{0,20}"
    r"stand for|act(?:ing)? as if|set up|treat(?:ing)? .{0,30}\bas\b|rewarded|exception",
    re.IGNORECASE,
)
_CAUSE = re.compile(r"\b(?:process|cause|led to|happen|decid|condition|difference)\w*", re.I)
_COMPARES = re.compile(
    r"\b(?:both|either|rather than|nearer|between|or (?:for|to|one)|over|behind|more than|than|and|"
    r"while|yet|exception|the two|together|aside|most others|kept others|like)\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"\b(?:our|ours|we|us|here|among us)\b", re.IGNORECASE)
_BROAD = re.compile(r"\b(?:sector|society|world|humanity|government|industry)\b", re.I)
_CONSEQUENCE = re.compile(
    r"\b(?:rules?|routines?|decid\w*|decision|chang\w*|give up|giving up|drop|stop|rewrite|next "
    r"three|how many|report\b|measures?|sign|number|watch|act\b|run our|count|roles?|prefer|notice|"
    r"pay|put off|putting off|set up|protect\w*|reach|show up|disagreement|obstacles?|say about|"
    r"solving|pursuing|choose|go on believing|going on|if it were not true)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Points from 0 to 2 for each criterion; higher is better. 16 is the most."""

    grounded: float
    depth: float
    pattern: float
    open: float
    blameless: float
    answerable: float
    consequential: float
    novel: float

    @property
    def total(self) -> float:
        """All points together, 0 to 16."""
        return float(sum(astuple(self)))

    @property
    def usable(self) -> bool:
        """At least 11 of 16, and no 0 for being grounded, deep or blameless."""
        return self.total >= USABLE and min(self.grounded, self.depth, self.blameless) > 0


def judge(question: Question, problem: str, context: GateContext) -> Verdict:
    """Points for one question, from its words, its evidence and the questions asked before."""
    return Verdict(
        grounded=_grounded(question, context),
        depth=_depth(question.text),
        pattern=_pattern(question, context),
        open=_open(question, context),
        blameless=0.0 if blames_nobody(question, context) else 2.0,
        answerable=_answerable(question.text, problem),
        consequential=float(min(2, len(set(_found(_CONSEQUENCE, own_words(question.text)))))),
        novel=_novel(question, problem, context),
    )


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [found.group().lower() for found in pattern.finditer(text)]


def _grounded(question: Question, context: GateContext) -> float:
    if quotes_verbatim(question, context) or not question.evidence:
        return 0.0
    words = sum(len(word_list(quote)) >= 4 for quote in quoted_words(question.text))
    cited = " ".join(quote.text for quote in question.evidence)
    echoed = len(stems(own_words(question.text)) & stems(cited))
    return min(2.0, words + 0.5 * min(2, echoed))


def _depth(text: str) -> float:
    own = own_words(text)
    if _FIX.search(own):
        return 0.0
    markers = len(set(_found(_PREMISE, own)))
    return 2.0 if markers >= 1 else 1.0 if _CAUSE.search(own) else 0.5


def _pattern(question: Question, context: GateContext) -> float:
    quoted = quoted_words(question.text)
    sources = {
        quote.experience
        for quote in question.evidence
        for words in quoted
        if wrote(words, context.experiences[quote.experience])
    }
    if len(sources) >= 2:
        return 2.0 if _COMPARES.search(own_words(question.text)) else 1.5
    return 1.0 if len({q.experience for q in question.evidence}) >= 2 else 0.0


def _open(question: Question, context: GateContext) -> float:
    if begins_open(question, context):
        return 0.0
    return 1.0 if one_question(question, context) else 2.0


def _answerable(text: str, problem: str) -> float:
    own = own_words(text)
    if _BROAD.search(own) or not _OURS.search(own):
        return 0.5
    about = bool(stems(own) & stems(problem))
    return (1.5 if about else 1.0) + (0.5 if len(word_list(own)) <= 30 else 0.0)


def _novel(question: Question, problem: str, context: GateContext) -> float:
    own = stems(own_words(question.text))
    restates = len(own & stems(problem)) > 0.7 * max(1, len(own))
    near = context.near_to(question.text)[0]
    return 0.0 if near >= 0.9 else 1.0 if near >= 0.8 or restates else 2.0
