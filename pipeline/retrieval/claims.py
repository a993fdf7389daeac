"""What a sentence claims: the words it is about, and which way it speaks of each.

No model is asked. A word is spoken of in a direction when a word like "more", "prevents" or
"safe" stands beside it, and the other way round when that is denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.embeddings.tokens import stem
from pipeline.retrieval.readable import is_telling

Axis = str
DENIED: Axis = "denied"
"""The direction of a word that is denied with no other said of it: "do not require"."""

FEWEST_WORDS, MOST_WORDS = 4, 45
HEADING = 0.6
"""Share of longer words in capitals up to which it is a sentence, and not a heading."""

REACH = 4
"""Words that may lie between a direction and the word it is said of."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_OPPOSITES: Mapping[Axis, tuple[str, str]] = {
    "amount": (
        "more increase increases increased increasing raise raises raised grow grows expand "
        "expands add adds higher greater cause causes create creates produce produces",
        "less fewer decrease decreases decreased decreasing reduce reduces reduced reducing lower "
        "lowers cut cuts shrink shrinks limit limits prevent prevents preventing avoid avoids "
        "eliminate eliminates",
    ),
    "quality": (
        "help helps helped helping improve improves improved improving better best safe safer "
        "effective reliable useful works worked succeed succeeds benefit benefits protect "
        "protects strengthen strengthens",
        "harm harms harmed harming hurt hurts worsen worsens worse worst unsafe dangerous "
        "ineffective unreliable useless fail fails failed damage damages weaken weakens",
    ),
    "frequency": ("always often frequently usually", "never rarely seldom hardly"),
    "length": ("short brief shorter briefer", "long longer lengthy"),
    "size": ("small smaller few", "large larger big bigger many"),
    "speed": ("fast faster quick quicker quickly", "slow slower slowly"),
    "time": ("early earlier before", "late later after"),
    "ease": ("easy easier easily simple simpler", "hard harder difficult complex"),
    "duty": ("mandatory compulsory obligatory required", "voluntary optional"),
    "place": ("central centralised centralized centrally", "local locally decentralised"),
    "openness": ("open openly public publicly", "closed secret secretly private"),
    "keeping": (
        "keep allow allows permit permits support supports favour favor encourage encourages",
        "remove ban bans forbid forbids prohibit oppose opposes abolish discourage discourages",
    ),
    "cost": ("cheap cheaper affordable", "expensive costly"),
    "need": ("necessary essential important", "unnecessary irrelevant unimportant"),
}
_DIRECTIONS: Mapping[str, tuple[Axis, int]] = {
    word: (axis, sign)
    for axis, sides in _OPPOSITES.items()
    for sign, words in zip((1, -1), sides, strict=True)
    for word in words.split()
}
_DENIALS = _set(
    "not no never cannot without neither nor nobody none nothing lack lacks lacking "
    "absence don't doesn't didn't won't can't "
    "shouldn't mustn't isn't aren't wouldn't couldn't needn't"
)
_NO_DENIAL = _set("only just merely simply until yet doubt matter least enough")
"""Words behind a "not" or "no" that take nothing back: "not only", "no doubt"."""

_BREAKS = _set(
    "but while whereas although though because since if unless when whether which who that and "
    "or so as than"
)
_HEDGED = _set("if unless whether when may might perhaps otherwise")
_BAD_ENDS = frozenset(
    map(stem, _set("fail failure risk danger harm lose loss error mistake problem cause damage"))
)
_PAST = re.compile(r"\b(?:was|were|had|did|didn't|became|got|went)\b")
_WISH = re.compile(
    r"\b(?:should|must|needs?|ought|ha(?:s|ve) to|would|will|let us|let's|please|no to|shall)\b|"
    r"^\W*(?:do not|don't|never|avoid|always)\b"
)
_SELF = re.compile(r"\b(?:i|i'm|i've|my|me)\b")
_token = re.compile(r"[^\W\d_](?:[\w]|['’](?=\w))*|[,;:()–—]|\S")


class Saying(NamedTuple):
    """A direction (1 or -1 on an axis) and the words that it is said of."""

    axis: Axis
    sign: int
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence by offsets into an experience's text, and what it says of which words.

    `stems` are the words it is about, `said` the directions in which it speaks of some. `before`
    and `after` are the words on both sides of a comparison ("... than ..."), on an axis with the
    sign `compares` (0 when it makes none). `hedged`: under a condition, only perhaps, or of
    oneself alone. `wish`: what should be, and not what is. `denies`: it takes something back,
    of whatever word. `drawn`: said as what follows from it all, and not told on the way.
    """

    experience: str
    start: int
    end: int
    stems: frozenset[str]
    said: tuple[Saying, ...] = ()
    compares: int = 0
    axis: Axis = ""
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    hedged: bool = False
    ends_badly: bool = False
    wish: bool = False
    denies: bool = False
    drawn: bool = False


def read_claim(
    experience: str, text: str, start: int, end: int, *, drawn: bool = False
) -> Claim | None:
    """What a sentence claims; None when it is a question, a story of what was, or too short.

    Args:
        experience: Id of the experience it stands in.
        text: That experience's text.
        start: Where the sentence begins.
        end: Where it ends.
        drawn: Whether it is what somebody drew from it all; that may be told in the past.

    >>> told = "Do not make reports mandatory."
    >>> claim = read_claim("e", told, 0, len(told))
    >>> [(s.axis, s.sign, sorted(s.about)) for s in claim.said]
    [('duty', -1, ['report'])]
    """
    sentence = text[start:end]
    lowered = sentence.casefold().replace("’", "'")
    if sentence.rstrip().endswith("?") or (not drawn and _PAST.search(lowered)):
        return None
    tokens = _token.findall(lowered.replace("no longer", "not ever"))  # says nothing of length
    originals = _token.findall(sentence.replace("’", "'"))
    if len(tokens) != len(originals):  # letters that change in number when lowered
        originals = tokens
    words = [
        stem(low) if low[0].isalpha() and _is_subject(low, own) else ""
        for low, own in zip(tokens, originals, strict=True)
    ]
    if not _is_sentence(originals) or not any(words):
        return None
    compares, axis, at = _comparison(tokens)
    wish = bool(_WISH.search(lowered))
    return Claim(
        experience=experience,
        start=start,
        end=end,
        stems=frozenset(filter(None, words)),
        said=tuple(_said(tokens, words)),
        compares=compares,
        axis=axis,
        before=frozenset(filter(None, words[:at])) if compares else frozenset(),
        after=frozenset(filter(None, words[at:])) if compares else frozenset(),
        hedged=not _HEDGED.isdisjoint(tokens) or (not wish and bool(_SELF.search(lowered))),
        ends_badly=not _BAD_ENDS.isdisjoint(words) or _harms(tokens),
        wish=wish,
        denies=any(True for _ in _denials(tokens)),
        drawn=drawn,
    )


def _is_sentence(tokens: list[str]) -> bool:
    """Whether it has as many words as a sentence, and is no heading in capitals."""
    told = [token for token in tokens if token[0].isalpha()]
    long = [token for token in told if len(token) > 3]
    capitals = sum(1 for token in long if token[0].isupper())
    return FEWEST_WORDS <= len(told) <= MOST_WORDS and capitals <= HEADING * len(long)


def _is_subject(low: str, own: str) -> bool:
    """Whether a word is one that a sentence is about, and not one that gives a direction."""
    return low not in _DIRECTIONS and low not in _DENIALS and is_telling(own, stem(low))


def _said(tokens: list[str], words: list[str]) -> Iterator[Saying]:
    denials = set(_denials(tokens))
    if len(denials) > 1:  # "no ward without a nurse": what is denied in the end is not plain
        return
    for at, token in enumerate(tokens):
        if token not in _DIRECTIONS:
            continue
        axis, sign = _DIRECTIONS[token]
        denial = next((d for d in range(at - 1, max(-1, at - REACH), -1) if d in denials), None)
        if denial is not None and not any(map(_is_break, tokens[denial + 1 : at])):
            denials.discard(denial)
            sign = -sign
        about = _ahead(tokens, words, at) or _behind(tokens, words, at)
        if about:
            yield Saying(axis, sign, frozenset(about))
    for at in sorted(denials):
        about = _ahead(tokens, words, at)[:1]
        # said twice in one breath, once denied and once not, it is no plain denial
        if about and words.count(about[0]) == 1 and _is_plain(tokens, at):
            yield Saying(DENIED, -1, frozenset(about))


def _is_plain(tokens: list[str], at: int) -> bool:
    """Whether a denial is in the main clause: beside the wish where one is told."""
    wishes = [place for place, token in enumerate(tokens) if _WISH.search(token)]
    return at <= 1 or not wishes or any(abs(place - at) <= 2 for place in wishes)


def _denials(tokens: list[str]) -> Iterator[int]:
    for at, token in enumerate(tokens):
        behind = tokens[at + 1] if at + 1 < len(tokens) else ""
        if token in _DENIALS and behind not in _NO_DENIAL:
            yield at


def _ahead(tokens: list[str], words: list[str], at: int) -> list[str]:
    """Words that follow in the same clause, within reach."""
    found = []
    for place in range(at + 1, min(len(tokens), at + 1 + REACH)):
        if _is_break(tokens[place]) or tokens[place] in _DIRECTIONS:
            break
        if words[place]:
            found.append(words[place])
    return found


def _behind(tokens: list[str], words: list[str], at: int) -> list[str]:
    """The nearest word before, in the same clause, within reach."""
    for place in range(at - 1, max(-1, at - 1 - REACH), -1):
        if words[place]:
            return [words[place]]
        if _is_break(tokens[place]):
            break
    return []


def _is_break(token: str) -> bool:
    return token in _BREAKS or not token[0].isalpha()


def _comparison(tokens: list[str]) -> tuple[int, Axis, int]:
    """Sign and axis of the word that compares, and where "than" stands; 0 when nothing does."""
    if "than" not in tokens:
        return 0, "", 0
    at = tokens.index("than")
    for place in range(at - 1, max(-1, at - 2 - REACH), -1):
        if tokens[place] in _DIRECTIONS and tokens[place] not in ("before", "after"):
            axis, sign = _DIRECTIONS[tokens[place]]
            denied = any(place - REACH < d < place for d in _denials(tokens))
            return (-sign if denied else sign), axis, at
    return 0, "", 0


def _harms(tokens: list[str]) -> bool:
    return any(_DIRECTIONS.get(token) == ("quality", -1) for token in tokens)
