"""Frames that ask whose experience is absent."""

from __future__ import annotations

from pipeline.questions.frames.frame import ALL, A, D, Frame, O, T, X

FRAMES = (
    Frame(
        "voice-made-difference",
        "missing voice",
        (T,),
        "Whose knowledge found its way into {a} but not into {b}, and where do we hear it when we"
        " decide about our {subject}?",
        "Those who decide about our {subject} know what they need to know.",
        "Whom should we inform about our {subject}?",
        ended="badly",
    ),
    Frame(
        "voice-missing-from-both",
        "missing voice",
        (A, X, D),
        "Whose side of the story is missing from both {a} and {b}, and what could such people"
        " tell us about our {subject}?",
        "Those who have spoken so far have told us what there is to know.",
        "How can we send our findings to more people?",
    ),
    Frame(
        "voice-same-place",
        "missing voice",
        (X,),
        "Whose place in our {subject} is like that of the people in {b}, and when did a decision"
        " of ours last change because of them?",
        "Everyone who is touched by our {subject} has a way to be heard.",
        "How can we involve more people in our {subject}?",
    ),
    Frame(
        "voice-lose",
        "missing voice",
        (O, T),
        "Whose experience of our {subject} would we lose by learning only from {a}, and setting"
        " {b} aside?",
        "The successes teach us all that we need.",
        "Which success story should we share?",
        ended="badly",
    ),
    Frame(
        "voice-add-and-answer",
        "missing voice",
        (T, A),
        "What would those who live with the effects of our {subject} add to {a}, and what would"
        " they answer to {b}?",
        "We know how our {subject} looks from where it is felt.",
        "How can we make our {subject} easier to use?",
    ),
    Frame(
        "voice-route",
        "missing voice",
        ALL,
        "By what route would a warning of something like {b} reach those who decide about our"
        " {subject}, and where would it stop?",
        "A warning would reach those who can act on it.",
        "Which channel should people use to report problems?",
        with_clause="Whose daily work shows best whether {clause}, as {a} and {b} make us ask, and"
        " when did we last hear from them?",
        ended="badly",
    ),
    Frame(
        "voice-could-have-told",
        "missing voice",
        (A, X, D, O),
        "Which people around our {subject} could have told us the lesson of {b} before we read it"
        " here, and what keeps us from asking them?",
        "If somebody around us knew better, we would have heard.",
        "How can we survey more people about our {subject}?",
    ),
    Frame(
        "voice-then-and-now",
        "missing voice",
        (D,),
        "Whose voice can be heard in {b} that cannot be heard in {a}, and whose do we still not"
        " hear about our {subject}?",
        "Over the years everyone who matters has found a voice.",
        "Whom else should we invite to the next meeting?",
    ),
    Frame(
        "voice-who-says-no",
        "missing voice",
        (A, T, X),
        "Whose disagreement with our {subject} would we count as knowledge after {b}, and whose"
        " do we still count as resistance?",
        "Those who disagree with us have not understood it yet.",
        "How can we convince those who resist?",
    ),
)
