"""Frames that bring out what is protected and what is traded away for it."""

from __future__ import annotations

from pipeline.questions.frames.frame import ALL, A, D, Frame, O, T, X

FRAMES = (
    Frame(
        "value-protecting",
        "value",
        (T, O, A),
        "What are we protecting by keeping our {subject} as it is, and when has that cost us"
        " what was lost in {b}?",
        "Keeping our {subject} as it is costs us nothing that matters.",
        "How can we improve our {subject} without more effort?",
        with_clause="What are we protecting by acting as if {clause}, in spite of {a} and of {b}?",
        ended="badly",
    ),
    Frame(
        "value-protect-first",
        "value",
        (T,),
        "What do we protect first in our {subject} when we cannot have both: what {a} gained, or"
        " what {b} tried to keep?",
        "In our {subject} we never have to choose between two things that both matter.",
        "How do we get both at the same time?",
        ended="badly",
    ),
    Frame(
        "value-give-up",
        "value",
        (T,),
        "What would we be willing to give up in our {subject} to gain what {a} gained, knowing"
        " how {b} went?",
        "We can have the good outcome without giving anything up.",
        "What budget do we need for our {subject}?",
        ended="badly",
    ),
    Frame(
        "value-price",
        "value",
        (A, X),
        "Which good thing are we pursuing in our {subject} whose price, going by {a} and {b}, is"
        " higher than we count?",
        "What we pursue with our {subject} is worth its price.",
        "How can we reach the same goal at a lower price?",
        ended="badly",
    ),
    Frame(
        "value-less-than-today",
        "value",
        (A, X, D),
        "What would we have to hold less dear than today for our {subject} to gain what {a} and"
        " {b} gained?",
        "We can have what others gained and keep everything that we hold dear.",
        "What do we need to buy or learn to get the same result?",
        ended="well",
    ),
    Frame(
        "value-unspoken",
        "value",
        (X,),
        "Which value do we leave unspoken in our {subject} that people in {field_b} had to face"
        " in {b}?",
        "We all know what matters most in our {subject}, so nobody needs to say it.",
        "Which guideline of another field fits our {subject}?",
    ),
    Frame(
        "value-came-to-count",
        "value",
        (D,),
        "What came to count for more between {a} and {b}, and which of the two still decides in"
        " our {subject}?",
        "What counted when we began with our {subject} is still what ought to count.",
        "When should we next update our {subject}?",
    ),
    Frame(
        "value-untold-price",
        "value",
        (O, T),
        "Which price that became visible in {b} does a success like {a} leave untold, and who"
        " would pay it in our {subject}?",
        "A success story tells us the whole price.",
        "How do we repeat what worked elsewhere?",
        ended="badly",
    ),
    Frame(
        "value-rewarded",
        "value",
        ALL,
        "How would we run our {subject} if we put what {b} teaches above what we are rewarded"
        " for today?",
        "What we are rewarded for is what we care about.",
        "How can we reach our present targets for our {subject} sooner?",
    ),
)
