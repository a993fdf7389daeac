"""Frames that ask what would convince us, and what would prove us wrong."""

from __future__ import annotations

from pipeline.questions.frames.frame import ALL, A, D, Frame, O, T, X

FRAMES = (
    Frame(
        "evidence-next-three",
        "evidence standard",
        (T, O),
        "What would we need to see in our next three cases to know whether our {subject} will"
        " go the way of {a} or of {b}?",
        "We can tell how we are doing without saying beforehand what would count.",
        "How can we collect more data on our {subject}?",
    ),
    Frame(
        "evidence-how-many",
        "evidence standard",
        (T, O, A),
        "How many cases like {b} would it take before we changed our {subject}, and how did we"
        " arrive at that number?",
        "One bad case says little.",
        "How do we handle the next bad case faster?",
        ended="badly",
    ),
    Frame(
        "evidence-not-us",
        "evidence standard",
        (A, X),
        "What would we accept as proof that the lesson of {a} and {b} does not apply to our"
        " {subject}, and where have we looked for it?",
        "What others went through does not apply to us.",
        "What did others do about the same problem?",
    ),
    Frame(
        "evidence-other-field",
        "evidence standard",
        (X,),
        "What did it take to convince people in {field_b} in {b}, and with how much less are we"
        " content in our {subject}?",
        "What we know about our {subject} rests on evidence as good as anybody's.",
        "Where can we find studies about our {subject}?",
    ),
    Frame(
        "evidence-could-have-known",
        "evidence standard",
        (D,),
        "What was known by the time of {b} that could have been known in {a}, and what are we"
        " putting off finding out about our {subject}?",
        "What we do not know yet could not be known any earlier.",
        "What does the newest study say about our {subject}?",
    ),
    Frame(
        "evidence-first-sign",
        "evidence standard",
        ALL,
        "What would we have to observe before giving up our present way with our {subject}, and"
        " where would something like {b} show up first?",
        "Nothing so far gives us reason to change our {subject}.",
        "How can we detect problems with our {subject} earlier?",
        with_clause="What would we need to see in our next three cases to stop believing that"
        " {clause}, after {a} and {b}?",
        ended="badly",
    ),
    Frame(
        "evidence-expect",
        "evidence standard",
        (T,),
        "On what evidence do we expect {a} rather than {b} from our {subject}, and how old is"
        " that evidence?",
        "What we expect of our {subject} rests on evidence and not on habit.",
        "Which of the two approaches is better?",
    ),
    Frame(
        "evidence-weigh",
        "evidence standard",
        (A, O, X, D),
        "What makes us weigh one story more than the other when we decide about our {subject}:"
        " {a}, or {b}?",
        "We weigh what others tell us by its merit alone.",
        "Which account is the more reliable one?",
    ),
    Frame(
        "evidence-small-test",
        "evidence standard",
        ALL,
        "Which small test of our {subject} could come out against us, now that we know {b}, and"
        " what would we change if it did?",
        "We have tested what needed testing in our {subject}.",
        "How can we show that our {subject} is doing well?",
    ),
)
