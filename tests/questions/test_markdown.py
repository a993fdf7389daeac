"""A set as Markdown: complete, and safe to paste."""

from dataclasses import replace

from pipeline.embeddings.words import WordCountEncoder
from pipeline.questions.draft import draft_questions
from pipeline.questions.markdown import to_markdown
from pipeline.records import Answer, QuestionSet
from tests.patterns.made import EIGHT, ONTARIO, PROBLEM, WARD, related

LINKED = replace(EIGHT, origin="https://example.org/eight")
LOCAL = replace(ONTARIO, origin="reports.csv, row 4")
EXPERIENCES = {"eight": LINKED, "ontario": LOCAL, "ward": WARD}
DRAFTED = draft_questions(
    PROBLEM, Answer(PROBLEM, related(LINKED, LOCAL, WARD)), encoder=WordCountEncoder(), count=3
)
PAGE = to_markdown(DRAFTED, EXPERIENCES)


def test_each_question_stands_with_lens_assumption_sibling_and_author() -> None:
    for number, question in enumerate(DRAFTED.questions, 1):
        assert f"## {number}. " in PAGE
        assert f"**Lens:** {question.lens} (double loop)" in PAGE
        assert question.assumption in PAGE
        assert question.sibling in PAGE
    assert PAGE.count("**Drafted by:** assembled · ") == 3


def test_web_origins_are_links_and_others_plain_text() -> None:
    assert "](<https://example.org/eight>)" in PAGE
    assert "(reports.csv, row 4)" in PAGE
    assert "](<reports" not in PAGE


def test_a_quote_that_fails_its_check_is_left_out() -> None:
    question = DRAFTED.questions[0]
    forged = replace(question, evidence=(replace(question.evidence[0], text="Forged."),))
    assert "Forged" not in to_markdown(QuestionSet(PROBLEM, (forged,)), EXPERIENCES)


def test_rejected_questions_come_last_with_reasons() -> None:
    bad = replace(DRAFTED.questions[0], text="Why?", status="rejected", reasons=("too short",))
    page = to_markdown(QuestionSet(PROBLEM, (), (bad,)), {})
    assert page.rstrip().endswith("</details>")
    assert "- Why? — too short" in page


def test_text_of_others_cannot_become_markup() -> None:
    page = to_markdown(QuestionSet("# <script>[x](javascript:y)</script>\n# more", ()), {})
    assert "<script>" not in page.replace("\\<", "")
    assert page.count("\n# ") == 0
    assert "\\[x\\]" in page
