"""The subject of a question is a noun phrase of the problem itself."""

import pytest

from pipeline.patterns.subject import DEFAULT_SUBJECT, noun_phrases, shared_terms, subject_of
from pipeline.records import Experience


@pytest.mark.parametrize(
    ("problem", "subject"),
    [
        ("Our nurses skip the handover checklist at night.", "handover checklist"),
        ("We copied a mentoring programme and hardly anyone takes part.", "mentoring programme"),
        ("We automated our monthly report and nobody understands it.", "monthly report"),
        ("Our backups ran every night and none could be restored.", "backups"),
        ("The board wants to launch the new booking system on one weekend.", "booking system"),
        ("A pilot project worked in one village and failed in forty.", "pilot project"),
        ("Volunteers stop contributing after some weeks.", "work with volunteers"),
        ("Nobody does it any more!", DEFAULT_SUBJECT),
        ("", DEFAULT_SUBJECT),
    ],
)
def test_subject_of_a_problem(problem: str, subject: str) -> None:
    assert subject_of(problem, []) == subject


def test_what_the_experiences_speak_of_comes_first() -> None:
    about = Experience("e", "Audits", "An audit is only as good as its question.", tags=("audit",))
    assert subject_of("The checklist passed the audit.", [about]) == "audit"


def test_people_are_no_subject() -> None:
    assert "nurses" not in noun_phrases("Our nurses skip the list.")


def test_shared_terms_stand_in_both_and_in_a_title() -> None:
    first = Experience("a", "Backups that failed", "The restore of backups was never tried.")
    second = Experience("b", "A quiet night", "Backups were restored from tape.")
    assert shared_terms(first, second) == ("backups",)
