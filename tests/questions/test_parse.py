"""From raw text to candidates: a table of answers, broken ones among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.questions.parse import parse_clause, parse_questions

Q = "What do we protect?"

RAW = [
    ("", []),
    ("I am sorry, I cannot do that.", []),
    ('{"questions": [{"text": "What do we protect?"}]}', [Q]),
    ('```json\n{"questions": [{"text": "What do we protect?"}]}\n```', [Q]),
    ('Here you are:\n{"questions": [{"text": "What do we protect?"}]} Good luck!', [Q]),
    ('[{"text": "What do we protect?"}, {"text": "What do we lose?"}]', [Q, "What do we lose?"]),
    ('["What do we protect?", "not a question"]', [Q]),
    ('{"text": "What do we protect?"}\n{"text": "What do we lose?"}', [Q, "What do we lose?"]),
    ('{"question": "What do we protect?"}', [Q]),
    ('{"questions": [{"text": "What do we protect?",},]}', [Q]),
    ('{"questions": [{"text": "What do we protect?"}, {"text": "What do we lo', [Q]),
    ('{"questions": [{"text": 7}, {"txt": "x"}, null, {"text": "What do we protect?"}]}', [Q]),
    ('{"questions": "What do we protect?"}', []),
    ('{"questions": [{"text": "What do we\\n protect?"}]}', [Q]),
    ("1. What do we protect?\n2) What do we lose?", [Q, "What do we lose?"]),
    ("- What do we protect?\n- What do we protect?", [Q]),
    ("<think>What is asked of me?</think>\nWhat do we protect?", [Q]),
    ("<think>What is asked of me?", []),
    ("[" * 3000, []),
]


@pytest.mark.parametrize(("raw", "texts"), RAW, ids=range(len(RAW)))
def test_questions_are_found_in_whatever_came(raw: str, texts: list[str]) -> None:
    assert [q.text for q in parse_questions(raw)] == texts


def test_all_fields_are_read() -> None:
    raw = """{"questions": [{"text": "What do we protect?", "lens": "Value", "assumption": "It is
    safe.", "instead_of": "How?", "accounts": [1, "account 3", null], "quotes": ["a b", 4]}]}"""
    question = parse_questions(raw)[0]
    assert (question.lens, question.assumption, question.instead_of) == (
        "value",
        "It is safe.",
        "How?",
    )
    assert (question.accounts, question.quotes) == ((1, 3), ("a b",))


def test_an_unknown_lens_becomes_assumption() -> None:
    assert parse_questions('[{"text": "What?", "lens": "spirit"}]')[0].lens == "assumption"


CLAUSES = [
    ("the list does the work by itself.", "the list does the work by itself"),
    ("  The list does the work.\nMore talk.", "the list does the work"),
    ('"the list does the work."', "the list does the work"),
    ("They act as if the list does the work.", "the list does the work"),
    ("the list does the work. it is safe.", "the list does the work"),
    ("the list does the wor", ""),
    ("", ""),
    ("\n\n", ""),
    ("<think>hm.</think>the list does the work.", "the list does the work"),
]


@pytest.mark.parametrize(("raw", "clause"), CLAUSES, ids=range(len(CLAUSES)))
def test_a_clause_is_taken_whole_or_not_at_all(raw: str, clause: str) -> None:
    assert parse_clause(raw) == clause


@given(st.text(alphabet='{}[]",:\\ \n?ab1`<think>/', max_size=200))
def test_no_text_makes_the_parser_fail(raw: str) -> None:
    assert all(draft.text.strip() for draft in parse_questions(raw))
    assert parse_clause(raw) == parse_clause(raw).strip()
