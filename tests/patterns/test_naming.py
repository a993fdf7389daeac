"""Short references are readable, differ from each other, and name no person."""

from datetime import UTC, datetime

import pytest

from pipeline.patterns.given_names import looks_like_person
from pipeline.patterns.naming import labels, readable_title, telling_title
from pipeline.records import Experience


def one(title: str, text: str = "", *, year: int = 2014, discipline: str = "") -> Experience:
    moment = datetime(year, 5, 1, tzinfo=UTC)
    return Experience("e", title, text, date=moment, discipline=discipline or None)


@pytest.mark.parametrize(
    ("experience", "label"),
    [
        (one("Mandatory checklist changes little in Ontario", "In Ontario it"), "Ontario, 2014"),
        (one("Etsy moves to thirty releases a day", "At Etsy people"), "Etsy, 2014"),
        (one("Checklist lowers deaths", discipline="health care"), "Checklist lowers deaths, 2014"),
        (one("Turkish pupils practise better", "Turkish pupils", discipline="education"),
         "Turkish pupils practise better, 2014"),
        (one("PILE BURNING"), "Pile Burning, 2014"),
        (one(""), "an account of 2014"),
        (one("help"), "an account of 2014"),
        (one("Interview with Maria Lopez", "Maria Lopez told"), "an account of 2014"),
    ],
)  # fmt: skip
def test_an_experience_is_named_by_place_field_or_title(experience: Experience, label: str) -> None:
    assert labels([experience]) == (label,)


def test_two_experiences_of_one_place_get_two_names() -> None:
    first = one("Checklist changes little in Ontario", "In Ontario it", discipline="health care")
    second = one("Trial of income ends in Ontario", "In Ontario it", discipline="public policy")
    assert len(set(labels([first, second]))) == 2


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("OR-UPF-000406   Umpqua North Complex", "Umpqua North Complex"),
        ("RADIO MALFUNCTION", "Radio Malfunction"),
        ("How to fill holes in a model?", "How to fill holes in a model"),
        ("Re: Re: Export of a model fails", "Export of a model fails"),
        ("help please", ""),
        ("notes_2019.md", ""),
        ("", ""),
        ("Talk with Maria Lopez about pumps", ""),
    ],
)
def test_a_title_is_used_where_it_tells_something(title: str, told: str) -> None:
    assert telling_title(title) == told


def test_a_shouting_title_is_calmed() -> None:
    assert readable_title("QUESTIONABLE QUALIFICATIONS") == "Questionable Qualifications"


@pytest.mark.parametrize("text", ["Dr. Chen said so", "with Maria Lopez", "Jan van Dijk left"])
def test_names_of_persons_are_seen(text: str) -> None:
    assert looks_like_person(text)


@pytest.mark.parametrize("text", ["in New York City", "the Bering Sea", "Sweden's Vision Zero"])
def test_names_of_places_are_not_taken_for_persons(text: str) -> None:
    assert not looks_like_person(text)
