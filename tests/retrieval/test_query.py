from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.records import Where
from pipeline.retrieval.names import Names
from pipeline.retrieval.query import Query, parse_query, read_date
from pipeline.retrieval.query_words import OPERATORS

KNOWN = Names.of(
    tags={"night shift": 3, "Handover": 9, "handover": 2, "c++": 1, "covid-19": 4},
    authors={"member-1a2b3c4d": 3, "member-99999999": 1},
    disciplines={"nursing": 9, "aviation": 4, "software operations": 3, "Éducation": 2},
    outcomes={"worked": 3, "failed": 1},
    sources={"llis": 10},
    people={"Ada Lovelace": "member-1a2b3c4d"},
)
TODAY = date(2026, 11, 28)


def read(text: str) -> Query:
    return parse_query(text, known=KNOWN, today=TODAY)


def day(year: int, month: int = 1, number: int = 1) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "problem", "where"),
    [
        ("discipline:nursing falls", "falls", Where(disciplines=("nursing",))),
        ('tag:"night shift" falls', "falls", Where(tags=("night shift",))),
        ("tag:“night shift” falls", "falls", Where(tags=("night shift",))),
        ("tag:night-shift falls", "falls", Where(tags=("night shift",))),
        ("falls tag:HANDOVER in wards", "falls in wards", Where(tags=("Handover", "handover"))),
        ("tag:c++,covid-19 x", "x", Where(tags=("c++", "covid-19"))),
        ("tag:c++ x tag:covid-19", "x", Where(tags=("c++", "covid-19"))),
        ("tag:c++, and more", "and more", Where(tags=("c++",))),
        ("discipline:éducation x", "x", Where(disciplines=("Éducation",))),
        ("source:llis x", "x", Where(sources=("llis",))),
        ("outcome:too-early x", "x", Where(outcomes=("too early",))),
        ("author:member-1a2b3c4d x", "x", Where(authors=("member-1a2b3c4d",))),
        ('author:"ada lovelace" x', "x", Where(authors=("member-1a2b3c4d",))),
        ("after:2021 x", "x", Where(since=day(2021))),
        ("before:2021-05 x", "x", Where(before=day(2021, 5))),
        ('after:"3 May 2021" x', "x", Where(since=day(2021, 5, 3))),
        ("after:2022,2021 x", "x", Where(since=day(2021))),
        ('"shift change" falls', "shift change falls", Where(phrases=("shift change",))),
        ('"shift   change" "at night"', "shift   change", None),
        ('"sepsis"', "sepsis", Where(phrases=("sepsis",))),
        ('tag:c++ "sepsis"', "sepsis", Where(tags=("c++",), phrases=("sepsis",))),
        ('the +"expert" said', "the expert said", Where(phrases=("expert",))),
    ],
)
def test_operators_and_phrases_become_the_filter(
    typed: str, problem: str, where: Where | None
) -> None:
    found = read(typed)

    if where is None:
        assert found.where.phrases == ("shift change", "at night")
    else:
        assert (found.problem, found.where) == (problem, where)
    assert (found.notes, found.unknown) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "Note: the nurse left. re: falls at 3:30 (see http://example.org/tag:x)",
        "source: our ward",
        "source:https://example.org/page why is it down",
        "the co-author:Jane wrote it",
        "a tag: nursing",
        'the "expert" said no',
        '5" and 6" pipes burst',
        'he said "we do not',
        "`tag:handover` is how we wrote it",
        "```\ntag:handover\n```",
        '"Why do we do this every time when nobody on the ward wants it?" he asked',
        "discipline:",
        "x:y author",
        "kubectl get pods -l app:web",
        'print("tag:handover")',
        "",
        "  two  spaces \t",
        "Staff fall.\n\nWe found tag:handover in the notes.\nIt was discipline:nursing then.\nEnd.",
    ],
)
def test_what_is_no_search_is_left_as_it_is(text: str) -> None:
    found = read(text)

    assert (found.problem, found.where) == (text, Where())


@pytest.mark.parametrize(
    ("typed", "names", "note"),
    [
        ("discipline:nursng", ("nursing",), "Read discipline:nursng as nursing."),
        ("discipline:nusring", ("nursing",), "Read discipline:nusring as nursing."),
        (
            "discipline:software",
            ("software operations",),
            "Read discipline:software as software operations.",
        ),
        ("discipline:avi", ("aviation",), "Read discipline:avi as aviation."),
    ],
)
def test_a_slip_in_a_name_is_forgiven_and_told(
    typed: str, names: tuple[str, ...], note: str
) -> None:
    found = read(f"{typed} falls")

    assert (found.where.disciplines, found.notes) == (names, (note,))
    assert found.unknown == ()


@pytest.mark.parametrize("typed", ["author:member-1a2b3c4e", "tag:covid-18", "tag:xyz"])
def test_numbers_and_strange_names_are_never_guessed(typed: str) -> None:
    found = read(f"{typed} falls")
    _, _, value = typed.partition(":")

    assert found.where.authors + found.where.tags == (value,)
    assert found.unknown == (typed,)
    assert "so nothing passes" in found.notes[0]


def test_the_nearest_names_are_told_where_there_is_none() -> None:
    (near,) = read("discipline:nursery falls").notes
    (none,) = read("discipline:xyzzy falls").notes

    assert "The nearest: nursing." in near
    assert "nearest" not in none


def test_of_several_values_the_known_ones_count() -> None:
    found = read("tag:c++,zzzzz falls")

    assert found.where.tags == ("c++",)
    assert found.unknown == ("tag:zzzzz",)
    assert "tag:c++ alone counts" in found.notes[0]


@pytest.mark.parametrize("typed", ["outcome:success", "before:yesterday", "after:2021-13"])
def test_what_cannot_be_read_lets_nothing_through(typed: str) -> None:
    found = read(f"{typed} falls")

    assert found.where.nothing
    assert found.unknown == (typed,)
    assert found.notes


def test_operators_around_a_story_count_and_those_inside_do_not() -> None:
    story = "We changed the round.\nThe note said tag:handover and it was late."
    found = read(f'tag:c++ {story}\n+"at night" discipline:nursing')

    assert found.problem == f"{story}\nat night"
    assert found.where == Where(tags=("c++",), disciplines=("nursing",), phrases=("at night",))


def test_a_story_that_begins_like_an_operator_keeps_its_words() -> None:
    story = f"Author:Jane wrote this down. {'It rained on the ward. ' * 20}"
    found = read(story)

    assert (found.problem, found.where) == (story, Where())
    assert found.unknown == ("author:Jane",)


def test_quotes_in_a_sentence_are_words_and_a_note_tells_how_to_mean_them() -> None:
    text = "Staff say “it was always so” when we ask them about the old handover"
    found = read(text)

    assert (found.problem, found.where) == (text, Where())
    assert "+“it was always so”" in found.notes[0]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-tag:handover x", "cannot leave out"),
        ("tags:handover x", "the operator is tag:"),
        ('x tag:"night sh', "quotes are not closed"),
        ("after:2031 x", "still to come"),
        ("after:2022 before:2021 x", "no time"),
    ],
)
def test_what_was_hardly_meant_is_noted(typed: str, told: str) -> None:
    assert told in read(typed).notes[0]


def test_operators_alone_list_what_passes() -> None:
    assert read(" discipline:nursing  after:2020 ").lists
    assert not read("discipline:nursing falls").lists
    assert not read("").lists


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2021", date(2021, 1, 1)),
        ("2021-05", date(2021, 5, 1)),
        ("2021/5/3", date(2021, 5, 3)),
        ("May 2021", date(2021, 5, 1)),
        ("3 may 2021", date(2021, 5, 3)),
        ("21", None),
        ("2021-02-30", None),
        ("0000", None),
        ("Monday 2021", None),
        ("03/05/2021", None),
    ],
)
def test_only_plain_dates_are_read(text: str, first: date | None) -> None:
    assert read_date(text) == first


PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            *(f"{name}:" for name in OPERATORS),
            '"',
            "“",
            "”",
            "+",
            ",",
            " ",
            "\n",
            "`",
            "```",
            "2021",
        ]
    ),
    st.sampled_from(["handover", "night shift", "nursing", "Note: ", "http://", "-"]),
)
TYPED = st.lists(PIECES, max_size=25).map("".join)


@given(TYPED)
@example('tag:"' * 2000)
@example("tag:a," * 3000)
@example("after:" + "9" * 400)
@example("`" * 999)
def test_nothing_typed_makes_it_fail(typed: str) -> None:
    found = read(typed)

    assert len(found.problem) <= len(typed)
    if found.where == Where():
        assert found.problem == typed


@given(TYPED.filter(lambda text: not any(f"{name}:" in text.casefold() for name in OPERATORS)))
def test_text_without_operators_and_quotes_is_the_problem_untouched(text: str) -> None:
    text = text.replace('"', "").replace("“", "")

    assert read(text) == Query(text)


@given(st.text(min_size=1, max_size=40), st.sampled_from(["tag", "discipline", "source"]))
def test_an_operator_is_always_taken_out_or_told_of(value: str, operator: str) -> None:
    found = read(f'falls {operator}:"{value}" here')

    taken = found.problem == "falls here"
    assert taken != (f"{operator}:" in found.problem)
    assert not taken or not found.where.empty
