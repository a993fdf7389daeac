"""What is typical of a field: its words and its middle."""

import numpy as np
import pytest

from pipeline.records import Where
from pipeline.retrieval.masking import Fields, learn_fields

WARDS = {
    "handover": "Nurses on the ward lost what the night shift knew at the handover.",
    "orders": "Nurses copied orders on the ward, and a step of the checklist was lost.",
}
CREWS = {
    "levers": "Pilots in the cockpit forgot a lever; a checklist keeps every step in sight.",
    "radio": "Pilots lost what the tower knew when the cockpit radio failed.",
}
DESKS = {"deploy": "Engineers on the server desk forgot a step that no checklist had."}


@pytest.fixture
def three(made, community):
    """Five experiences from three fields."""
    told = {"health care": WARDS, "aviation": CREWS, "software": DESKS}
    return community(
        *(
            made(name, text, discipline=field)
            for field, texts in told.items()
            for name, text in texts.items()
        )
    )


@pytest.fixture
def fields(three) -> Fields:
    counts = {"health care": 2, "aviation": 2, "software": 1}
    return learn_fields(three.index, three.read, disciplines=counts)


def test_words_of_the_own_field_are_left_out_and_shared_ones_stay(fields: Fields) -> None:
    text = "Nurses on the ward lost a step of the checklist"
    assert fields.masked(text, 1) == "on the lost a step of the checklist"


def test_words_of_another_field_stay(fields: Fields) -> None:
    assert "Pilots" in fields.masked("Pilots lost a step of the checklist", 1)


def test_a_text_with_nothing_but_words_of_its_field_stays_whole(fields: Fields) -> None:
    assert fields.masked("Nurses on the ward", 1) == "Nurses on the ward"


def test_common_words_are_those_that_several_fields_have(fields: Fields) -> None:
    assert fields.common("Nurses lost a step of the checklist") == "step checklist"


def test_fields_stand_in_the_order_of_their_size_and_are_found_in_any_case(fields: Fields) -> None:
    assert fields.names == ("aviation", "health care", "software")
    assert fields.number("Health Care") == 1
    assert fields.number("farming") is None


def test_a_centre_is_the_mean_of_the_passages_of_a_field(three, fields: Fields) -> None:
    vectors = three.encoder.encode(list(CREWS.values()))
    assert np.allclose(fields.centres[0], vectors.mean(axis=0), atol=1e-6)


def test_taking_the_middle_away_brings_two_fields_nearer_to_what_they_share(
    three, fields: Fields
) -> None:
    one, other = three.encoder.encode([WARDS["orders"], CREWS["levers"]])
    unlike = three.encoder.encode([WARDS["handover"]])[0]
    centred = fields.centred(np.vstack([one, other, unlike]), [1, 0, 1])
    before = one @ other - one @ unlike
    assert centred[0] @ centred[1] - centred[0] @ centred[2] > before
    assert np.allclose(np.linalg.norm(centred, axis=1), 1.0, atol=1e-5)


def test_a_vector_of_no_field_stays_as_it_is(three, fields: Fields) -> None:
    vectors = three.encoder.encode(["somewhere else"])
    assert np.allclose(fields.centred(vectors, [None]), vectors, atol=1e-6)


def test_a_filter_is_narrowed_to_fields_and_keeps_the_rest(fields: Fields) -> None:
    where = fields.narrowed(Where(not_ids=("e1",), disciplines=("farming",)), to={0, 2})
    assert where == Where(not_ids=("e1",), disciplines=("aviation", "software"))
    assert fields.narrowed(Where(), to=()).nothing


def test_sources_stand_in_where_fewer_than_two_disciplines_are_named(three) -> None:
    found = learn_fields(
        three.index, three.read, disciplines={"aviation": 5}, sources={"forum": 3, "wiki": 2}
    )
    assert found.facet == "source"
    assert found.names == ("forum", "wiki")
    assert found.narrowed(Where(), to={1}).sources == ("wiki",)


def test_one_field_cannot_be_held_against_another(three) -> None:
    found = learn_fields(three.index, three.read, disciplines={"aviation": 5}, sources={"wiki": 5})
    assert not found.several


def test_nothing_is_learned_from_an_empty_community(community) -> None:
    empty = community()
    found = learn_fields(empty.index, empty.read, disciplines={"aviation": 1, "software": 1})
    assert not found.several
    assert not found.shares
