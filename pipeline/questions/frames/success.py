"""Frames that ask what is counted as success, and what the count leaves out."""

from __future__ import annotations

from pipeline.questions.frames.frame import ALL, A, D, Frame, O, T, X

FRAMES = (
    Frame(
        "success-each-side",
        "success criterion",
        (T, D),
        "What was counted as success in {a}, what in {b}, and which of the two counts do we use"
        " for our {subject}?",
        "We would recognise success in our {subject} by the numbers we already collect.",
        "How can we raise our numbers for our {subject}?",
    ),
    Frame(
        "success-too-late",
        "success criterion",
        (T, O, A),
        "Which sign of success in our {subject} would have looked just as good in {b}, until it"
        " was too late?",
        "As long as our signs look good, we are doing well.",
        "Which indicators should we add to our report?",
        with_clause="Which of our measures would still look good if it were false that {clause},"
        " as {a} and {b} make us suspect?",
        ended="badly",
    ),
    Frame(
        "success-count-instead",
        "success criterion",
        (A, X),
        "What would we start to count in our {subject}, and what would we stop counting, if {a}"
        " and {b} were our own history?",
        "What we count in our {subject} is what we want more of.",
        "How can we measure our {subject} more exactly?",
    ),
    Frame(
        "success-other-field",
        "success criterion",
        (X,),
        "How would people in {field_b} judge our {subject} after {b}, and what would they count"
        " that we do not?",
        "Others would judge our {subject} by the same signs as we do.",
        "Which benchmark of another field can we compare ourselves with?",
    ),
    Frame(
        "success-no-longer",
        "success criterion",
        (D,),
        "Which result counted as good in {a} and would no longer after {b}, and which of the two"
        " do we report about our {subject}?",
        "A result that was good enough then is good enough now.",
        "How do we compare with last year's result?",
    ),
    Frame(
        "success-hidden-case",
        "success criterion",
        (O, T),
        "Which number about our {subject} would hide a case like {b} behind results like {a}?",
        "Our averages tell us how everyone fares.",
        "How can we bring the average up?",
        ended="badly",
    ),
    Frame(
        "success-call-it",
        "success criterion",
        (T, O, A),
        "Which result would let us call our {subject} a success while we were on the way to {b}?",
        "If we can call our {subject} a success, nothing important was lost on the way.",
        "When will we reach the target for our {subject}?",
        ended="badly",
    ),
    Frame(
        "success-heading-for",
        "success criterion",
        (T, O),
        "What would we need to watch in our {subject} to tell early whether we are heading for"
        " {a} or for {b}?",
        "We will see in time which way things are going.",
        "How often should we report on our {subject}?",
    ),
    Frame(
        "success-drop-measure",
        "success criterion",
        ALL,
        "Which measure of our {subject} would we drop if we took {b} seriously, and what would"
        " we then have to look at instead?",
        "Every measure of our {subject} that we keep serves its purpose.",
        "How can we simplify the reporting on our {subject}?",
    ),
)
