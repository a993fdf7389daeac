"""Frames that ask how we came to know, and why we stopped looking."""

from __future__ import annotations

from pipeline.questions.frames.frame import ALL, A, D, Frame, O, T, X

FRAMES = (
    Frame(
        "learning-stopped-looking",
        "learning itself",
        ALL,
        "How did we come to our present view of our {subject}, and what let us stop looking"
        " before we met {b}?",
        "We looked long enough before we settled on our present view.",
        "Where is our present view of our {subject} written down?",
        with_clause="How did we come to believe that {clause}, and what let us stop checking"
        " before we met {a} and {b}?",
    ),
    Frame(
        "learning-kept-from",
        "learning itself",
        (A, X),
        "What kept the people in {a} and in {b} from seeing it sooner, and which of these"
        " obstacles do we meet in our {subject}?",
        "We would see sooner than others what is wrong.",
        "How can we document our lessons better?",
        ended="badly",
    ),
    Frame(
        "learning-unwritten",
        "learning itself",
        (A, X, T),
        "How would the lesson of {a} and of {b} reach us if nobody had written it down, and what"
        " in our {subject} would stand in its way?",
        "We learn from our {subject} without anyone having to spell it out.",
        "Where should we store what we learnt about our {subject}?",
    ),
    Frame(
        "learning-again",
        "learning itself",
        (D,),
        "What had to be learnt once more in {b}, {years} years after {a}, and where would such a"
        " lesson be lost in our {subject}?",
        "A lesson, once learnt, stays with us.",
        "Where do we keep the lessons learnt about our {subject}?",
    ),
    Frame(
        "learning-passed-by",
        "learning itself",
        (X,),
        "How could {b}, known to people in {field_b}, have reached us earlier, and what in our way"
        " of learning about our {subject} let it pass by?",
        "What others know and we need finds its way to us.",
        "Which newsletter of another field should we read?",
    ),
    Frame(
        "learning-odd-case",
        "learning itself",
        (O,),
        "What do we usually do with an odd case like {b} when most are like {a}, and what have we"
        " lost about our {subject} that way?",
        "What most cases say is what there is to learn.",
        "How do we close the odd case quickly?",
    ),
    Frame(
        "learning-both-ours",
        "learning itself",
        (T,),
        "What would we change in how we learn from our {subject} if {a} and {b} had both"
        " happened to us?",
        "The way we review our {subject} would catch the difference that matters.",
        "When should we hold the next review of our {subject}?",
    ),
    Frame(
        "learning-satisfied",
        "learning itself",
        (T, O),
        "Where have we stopped asking about our {subject} because an answer like {a} satisfied"
        " us, and what would {b} have us ask again?",
        "The answer that satisfied us still holds.",
        "Which questions about our {subject} are still open?",
        ended="badly",
    ),
    Frame(
        "learning-changed-mind",
        "learning itself",
        ALL,
        "When did we last change our minds about our {subject}, and what would {b} have to look"
        " like here to make us do it again?",
        "We change our minds whenever there is reason to.",
        "How can we speed up decisions about our {subject}?",
    ),
)
