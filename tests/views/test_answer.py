import itertools

import pytest

from pipeline.flow import open_problems
from pipeline.flow.asking import ask
from pipeline.flow.contributing import Contribution, contribute
from pipeline.flow.demo import PROBLEM
from pipeline.flow.ledger import tried
from pipeline.flow.people import join
from pipeline.flow.workspace import Workspace
from pipeline.records import Consent
from pipeline.settings import load_settings

NOBODY = "The quartz oscillator of our radio telescope drifts when the dome is opened at dusk."


@pytest.fixture
def community(with_sample):
    """The sample community that the app of this test reads, open beside it."""
    with Workspace(load_settings(), "sample") as opened:
        yield opened


OPENING_DAY = (
    "HealthCare.gov was to open on 1 October 2013 so that Americans could buy health insurance, "
    "and the insurance site of the health exchange failed on its opening day."
)


def headers(app):
    return [header.value for header in app.header]


def button(app, label):
    return next(b for b in app.button if b.label == label)


def test_who_found_otherwise_stands_beside_what_it_contradicts(with_sample, opened, seen, faults):
    app = opened(community="sample", problem=OPENING_DAY)

    assert faults(app) == []
    text = seen(app)
    assert "The opposite outcome" in text
    assert "**What differs**" in text
    assert ":gray[against]" in text


def test_a_slip_in_an_operator_is_read_and_said(with_sample, opened, seen, faults):
    app = opened(community="sample", problem=f"discipline:aviaton {PROBLEM}")

    assert faults(app) == []
    assert "aviaton as aviation" in seen(app)
    facts = [m.value for m in app.markdown if m.value.startswith("aviation · ")]
    assert len(facts) >= 4


def test_operators_alone_list_what_passes_and_draft_nothing(with_sample, opened, seen, faults):
    app = opened(community="sample", problem="discipline:aviation outcome:failed")

    assert faults(app) == []
    assert any(h.endswith(("experience", "experiences")) for h in headers(app))
    assert "Drafted by" not in seen(app)
    assert "Found otherwise" not in headers(app)


def test_the_second_page_goes_on_where_the_first_ends(with_sample, opened, faults):
    def titles(app):
        return {m.value for m in app.markdown if m.value.startswith("#### ")}

    first = opened(community="sample", problem=PROBLEM)
    second = opened(community="sample", problem=PROBLEM, part="2")

    assert faults(second) == []
    assert "Related experiences 11 to 20" in headers(second)
    assert len(titles(second)) >= 10
    assert "Found otherwise" not in headers(second)
    assert titles(first) != titles(second)


def test_what_was_tried_again_says_why_it_stands_higher_until_that_is_switched_off(
    community, opened, seen
):
    found = ask(community, PROBLEM, order="nearness").related
    close = max(itertools.pairwise(found), key=lambda two: two[1].score / two[0].score)
    for place in range(9):
        tried(community, close[1].experience.id, "worked", context=f"ward {place}")
    app = opened(community="sample", problem=PROBLEM)
    assert "Its place: tried" in seen(app)

    app.toggle(key="lived first").set_value(False).run()
    assert "Its place:" not in seen(app)


def test_a_problem_that_nobody_lived_is_kept_open_and_told_of_later(
    community, opened, seen, faults
):
    app = opened(community="sample", problem=NOBODY)
    assert "No precedent" in seen(app)
    button(app, "Keep this problem open").click().run()
    assert faults(app) == []
    assert "is kept open" in seen(app)

    contribute(
        community,
        Contribution(
            title="Quartz oscillator of a radio telescope drifts when the dome opens",
            situation=NOBODY,
            insight="The oscillator of the telescope drifts with the air that the dome lets in.",
            status="worked",
        ),
    )
    open_problems.match_open(community)
    later = opened(community="sample")

    assert faults(later) == []
    assert any("1 new experience came near" in e.label for e in later.expander)


def test_only_people_who_agreed_are_named(community, opened, seen, faults):
    given = Contribution(
        title="Pit crew rehearses the handover of tyres by night",
        situation="The crew lost tyres at the handover by night and rehearsed it in the dark.",
        author="R. Roe",
    )
    found = contribute(community, given)
    assert isinstance(join(community, "R. Roe", name="Robin R.", contact="desk 4"), Consent)
    app = opened(community="sample", problem=f"{found.title}. {found.text[:300]}")

    assert faults(app) == []
    assert "Who has lived this" in headers(app)
    assert "Robin R\\." in seen(app)


def test_looking_up_offers_titles_and_names_while_typing(with_sample, opened, faults):
    def offered(app):
        return [link.proto.label for link in app.get("page_link")]

    app = opened(community="sample")
    app.text_input(key="look up").set_value("discipline:avi").run()
    assert faults(app) == []
    assert any(label.startswith("aviation") for label in offered(app))

    app.text_input(key="look up").set_value("surgical checklst").run()
    assert faults(app) == []
    assert any("surgical checklist" in label.lower() for label in offered(app))


def test_the_sentences_of_both_stand_side_by_side(with_sample, opened, seen):
    text = seen(opened(community="sample", problem=PROBLEM))

    assert ":gray[You say]" in text
    assert ":gray[They say]" in text


def test_an_address_with_a_page_too_far_shows_the_last(with_sample, opened, faults):
    app = opened(community="sample", problem=PROBLEM, part="900")

    assert faults(app) == []
    assert "Related experiences 91 to 100" in headers(app)


def test_a_problem_is_kept_open_with_the_filter_that_was_typed(community, opened, faults):
    app = opened(community="sample", problem=f"discipline:aviation {NOBODY}")
    button(app, "Keep this problem open").click().run()

    assert faults(app) == []
    (kept,) = open_problems.open_problems(community)
    assert kept.problem.startswith("discipline:aviation")
