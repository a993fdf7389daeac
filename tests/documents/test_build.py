"""An experience holds the cleaned parts of its document, each at its place, without names."""

from __future__ import annotations

from dataclasses import replace

from pipeline.basics import utc
from pipeline.documents.authors import Pseudonyms
from pipeline.documents.build import build_experience
from pipeline.documents.locate import locate
from pipeline.records import Document, Experience, Skipped, SourcePart
from pipeline.sources.reading.values import moment

NAMES = Pseudonyms(b"k" * 32)
THREAD = Document(
    "topic/1",
    "Pumps, @ada?",
    (
        SourcePart("post", "<p>It &amp; that</p>", "html", "ada", moment("2020-01-02"), "o#1"),
        SourcePart("post", "<img src=x>", "html", "bob"),
        SourcePart("action", "Thanks @ada, **done**", "markdown", "bob", None, "o#3"),
    ),
    "o",
)


def build(document: Document) -> Experience:
    made = build_experience(document, source="forum", pseudonyms=NAMES)
    assert isinstance(made, Experience)
    return made


def test_parts_stand_in_the_text_at_their_offsets_and_empty_ones_are_gone() -> None:
    made = build(THREAD)

    assert [made.text[p.start : p.end] for p in made.parts] == [
        "It & that",
        f"Thanks @{NAMES.name('ada')}, done",
    ]
    assert [(p.name, p.origin) for p in made.parts] == [("post", "o#1"), ("action", "o#3")]
    assert made.text == "\n\n".join(made.text[p.start : p.end] for p in made.parts)


def test_no_name_of_the_source_is_in_an_experience() -> None:
    made = build(THREAD)

    assert "ada" not in f"{made.title} {made.text} {made.author}"
    assert made.author == made.parts[0].author == NAMES.name("ada")


def test_the_date_is_the_first_there_is() -> None:
    assert build(THREAD).date == moment("2020-01-02")
    assert build(replace(THREAD, created=utc(moment("2019-01-01")))).date == moment("2019-01-01")


def test_the_id_stays_when_the_text_changes_and_differs_by_source_and_key() -> None:
    changed = replace(THREAD, title="Other", parts=(SourcePart("body", "other"),))

    assert build(THREAD).id == build(changed).id
    assert build(THREAD).id != build(replace(THREAD, key="topic/2")).id
    assert build_experience(THREAD, source="x", pseudonyms=NAMES) != build(THREAD)
    assert len(build(THREAD).id) == 13


def test_a_document_of_nothing_but_markup_is_skipped() -> None:
    empty = replace(THREAD, parts=(SourcePart("body", "<p><!-- x --></p>", "html"),))

    assert isinstance(build_experience(empty, source="s", pseudonyms=NAMES), Skipped)


def test_without_a_title_the_first_sentence_is_one_cut_at_a_word() -> None:
    short = replace(THREAD, title=" ", parts=(SourcePart("body", "It broke. We left."),))
    long = replace(THREAD, title="", parts=(SourcePart("body", "word " * 60),))

    assert build(short).title == "It broke."
    assert build(long).title.endswith("word…")
    assert len(build(long).title) <= 80


def test_a_stretch_of_an_experience_leads_back_to_the_parts_of_its_document() -> None:
    made = build(THREAD)
    places = locate(THREAD, 0, len(made.text), pseudonyms=NAMES)

    assert [(place.part, place.raw) for place in places] == [
        (0, "It &amp; that"),
        (2, "Thanks @ada, **done"),
    ]
