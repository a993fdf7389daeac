"""Frames that bring out what is taken for granted."""

from __future__ import annotations

from pipeline.questions.frames.frame import ALL, A, D, Frame, O, T, X

FRAMES = (
    Frame(
        "assumption-go-the-way",
        "assumption",
        (T,),
        "What would have to be true of our {subject} for us to go the way of {a}, and not of {b}?",
        "What worked for others will work for us under the conditions we happen to have.",
        "How can we copy what worked elsewhere for our {subject}?",
    ),
    Frame(
        "assumption-missing-condition",
        "assumption",
        (T, O),
        "Which condition that {a} could rely on was missing in {b}, and how would we notice its"
        " absence in our {subject}?",
        "What others could rely on is there for us as well, without anyone tending to it.",
        "Which steps should we add to our {subject}?",
        ended="badly",
    ),
    Frame(
        "assumption-both-doubt",
        "assumption",
        (A, X, D),
        "What do we take for granted about our {subject} that both {a} and {b} put in doubt?",
        "What we all believe about our {subject} needs no checking, because we all believe it.",
        "What can we fix in our {subject} this month?",
        with_clause="What lets us go on believing that {clause}, when both {a} and {b} put it in"
        " doubt?",
    ),
    Frame(
        "assumption-strange-elsewhere",
        "assumption",
        (X,),
        "Which belief about our {subject} would sound strange after {a}, and stranger still to"
        " people in {field_b} after {b}?",
        "The way our own field looks at our {subject} is the natural one.",
        "Which practice of another field could we adopt for our {subject}?",
    ),
    Frame(
        "assumption-survived-years",
        "assumption",
        (D,),
        "Which belief has outlived the {years} years between {a} and {b}, and where do we still"
        " act on it in our {subject}?",
        "What was learnt long ago has long since changed how we go about our {subject}.",
        "What is the current best practice for our {subject}?",
    ),
    Frame(
        "assumption-exception-rule",
        "assumption",
        (T, O),
        "What would we have to stop believing about our {subject} if {b} were the rule, and {a}"
        " the exception?",
        "A good outcome is the normal one, and only a bad one needs an explanation.",
        "How do we avoid a failure of our {subject}?",
        ended="badly",
    ),
    Frame(
        "assumption-opposite-rule",
        "assumption",
        (A, X, O),
        "Which rules around our {subject} quietly suppose the opposite of what {a} taught, and"
        " what would {b} have us change in them?",
        "Our rules rest on how things are, and not on how we wish them to be.",
        "Which rules around our {subject} do people break most often?",
    ),
    Frame(
        "assumption-routine-confirms",
        "assumption",
        ALL,
        "Which of our routines keep confirming what we already believe about our {subject}, and"
        " hide what came to light in {b}?",
        "If what we believe about our {subject} were wrong, our routines would show it.",
        "How can we make the routines around our {subject} more reliable?",
        with_clause="Which of our routines keep confirming that {clause}, when {a} and {b} tell"
        " otherwise?",
    ),
)
