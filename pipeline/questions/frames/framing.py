"""Frames that ask what kind of problem this is said to be."""

from __future__ import annotations

from pipeline.questions.frames.frame import ALL, A, D, Frame, O, T, X

FRAMES = (
    Frame(
        "frame-kind-of-problem",
        "frame",
        (T,),
        "What kind of problem do we take our {subject} to be: one that {a} answers, or one that"
        " {b} lays bare?",
        "We know what kind of problem this is; only the solution is open.",
        "Which solution for our {subject} works best?",
        ended="badly",
    ),
    Frame(
        "frame-no-word",
        "frame",
        (X,),
        "What would people in {field_b}, after {b}, notice in our {subject} that we have no word"
        " for?",
        "Our own terms are enough to describe what goes on in our {subject}.",
        "Which tool from another field could help us?",
    ),
    Frame(
        "frame-two-forms",
        "frame",
        (A, X),
        "Which problem would we be solving in our {subject} if we saw {a} and {b} as two forms"
        " of the same thing?",
        "What we struggle with in our {subject} is a problem of its own kind.",
        "How do others solve the same problem?",
    ),
    Frame(
        "frame-question-changed",
        "frame",
        (D,),
        "How did the question itself change between {a} and {b}, and which version of it are we"
        " asking about our {subject}?",
        "The question has stayed the same; only the answers have become better.",
        "What is the newest answer for our {subject}?",
    ),
    Frame(
        "frame-lucky-one",
        "frame",
        (T, O),
        "Which rules around our {subject} would we rewrite if {b} were the normal case, and {a}"
        " the lucky one?",
        "Success is the normal course of things, and failure is a disturbance.",
        "How do we prevent the next failure?",
        ended="badly",
    ),
    Frame(
        "frame-other-name",
        "frame",
        ALL,
        "What do we call a question of our {subject} that, seen from {b}, has another name?",
        "This is a question of our {subject}, and its answer lies there.",
        "What should we change in our {subject} first?",
        with_clause="What else could be going on in our {subject} if it were not true that"
        " {clause}, going by {a} and {b}?",
    ),
    Frame(
        "frame-whose-position",
        "frame",
        (T, X, A),
        "From whose position have we told the story of our {subject} so far, and where would it"
        " begin if we told it the way {b} is told?",
        "The way we tell the story of our {subject} is the neutral one.",
        "How can we explain our {subject} better to others?",
    ),
    Frame(
        "frame-accident-or-setup",
        "frame",
        (A, D, O, T),
        "What in the way we have set up our {subject} would make {b} the expected result here,"
        " and not an accident?",
        "If things go wrong in our {subject}, something unusual must have happened.",
        "How do we make sure that this mistake is not made again?",
        ended="badly",
    ),
)
