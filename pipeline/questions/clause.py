"""One clause from a small model: the assumption, worded for this problem.

Code chooses the experiences, the frame and the quotes; the model fills one slot under a grammar.
What it writes is used only if it is whole, plausible and makes the question no worse.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.basics import digest
from pipeline.patterns import Contrast
from pipeline.patterns.subject import stems
from pipeline.patterns.words import has_verb, word_list, word_set
from pipeline.questions.assemble import Candidate, fill, fits, told
from pipeline.questions.chat_model import ChatModel
from pipeline.questions.frames import FRAMES, Frame
from pipeline.questions.parse import parse_clause
from pipeline.questions.prompt_files import Prompt

FEWEST, MOST = 4, 15  # words
MAX_TOKENS = 32
MOST_NEW_STEMS = 1  # that neither problem nor community uses: small models invent words

GRAMMAR = r"""
root ::= start (" " word){3,13} "."
start ::= "the" | "a" | "an" | "our" | "what" | "every" | "more"
word ::= [a-z] [a-z'-]{0,15}
"""

_UNFIT = re.compile(
    r"\b(?:should|must|ought|need to|have to|let us|please|assumption|belief|sentence|situation|"
    r"others went|speaks against|careless|lazy|stupid|incompetent|blame|fault)\b|\b(\w+) \1\b",
    re.IGNORECASE,
)
_DANGLING = word_set("the a an of to in on at by for with and or but that which is are be")


def clause_frame(contrast: Contrast, lens: str) -> Frame | None:
    """The frame of that lens that has room for a clause and fits the contrast."""
    fitting = (f for f in FRAMES if f.lens == lens and f.with_clause and fits(f, contrast))
    return next(fitting, None)


def clause_for(
    candidate: Candidate,
    problem: str,
    *,
    model: ChatModel,
    prompt: Prompt,
    vocabulary: frozenset[str],
) -> str:
    """The model's clause for the candidate's contrast, or an empty string if it is no use.

    `vocabulary` are the stems that the community uses; see `plausible` for what is no use.

    Raises:
        ServiceError: The model does not answer.
    """
    contrast = told(candidate.contrast)
    system, user = prompt.filled(
        {
            "problem": problem,
            "subject": f"our {contrast.subject}",
            "quote_a": f"{contrast.a.title or contrast.a.label}: {contrast.a.sentence.text}",
            "quote_b": f"{contrast.b.title or contrast.b.label}: {contrast.b.sentence.text}",
        }
    )
    raw = model.complete(system, user, grammar=GRAMMAR, max_tokens=MAX_TOKENS)
    clause = parse_clause(raw)
    if _leaks(clause, prompt) or len(stems(clause) - stems(problem) - vocabulary) > MOST_NEW_STEMS:
        return ""
    return clause if plausible(clause, problem, contrast) else ""


def _leaks(clause: str, prompt: Prompt) -> bool:
    """True if the clause repeats most of a line of the prompt, an example in it for instance."""
    roots = stems(clause)
    return any(len(roots & stems(line)) > 0.6 * len(roots) for line in prompt.system.splitlines())


def plausible(clause: str, problem: str, contrast: Contrast) -> bool:
    """True if the clause can stand after "that" and says something about this problem.

    It has 4 to 15 words and a verb, does not end in the air, tells nobody what to do, shares a
    word with the problem, and repeats neither the problem nor a quote.
    """
    words = word_list(clause)
    if not FEWEST <= len(words) <= MOST or not has_verb(clause) or _UNFIT.search(clause):
        return False
    if words[-1].lower() in _DANGLING or "?" in clause or "“" in clause:
        return False
    roots = stems(clause)
    told_already = (problem, contrast.a.sentence.text, contrast.b.sentence.text)
    repeated = any(len(roots & stems(text)) > 0.75 * len(roots) for text in told_already)
    return bool(roots & stems(f"{problem} {contrast.subject}")) and not repeated


def with_clause(
    candidate: Candidate, frame: Frame, clause: str, *, model: str, prompt: str, problem: str
) -> Candidate:
    """The candidate's question again, with the clause in its frame and as its assumption."""
    text = fill(frame.with_clause, candidate.contrast, clause=clause)
    question = replace(
        candidate.question,
        id=digest("clause", problem, frame.id, sorted(candidate.contrast.key), text)[:16],
        text=text,
        assumption=f"{clause[:1].upper()}{clause[1:]}.",
        sibling=fill(frame.sibling, candidate.contrast),
        drafted_by="assembled + clause",
        model=model,
        prompt=prompt,
    )
    return replace(candidate, question=question, frame=frame)
