"""Headers of many communities are understood without a flag, and a flag has the last word."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import MappingError
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.registry import recognise
from pipeline.sources.tables.columns import Columns, columns_of, flat
from pipeline.sources.tables.headers import field_of


def read(overrides: dict[str, str] | None = None, **row: object) -> Document | Skipped:
    pairs = flat(row)
    columns = columns_of([pairs], overrides or {}, file="t.csv")
    return columns.document(pairs, where="t.csv:2", file="t.csv")


def document(overrides: dict[str, str] | None = None, **row: object) -> Document:
    found = read(overrides, **row)
    assert isinstance(found, Document)
    return found


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("What happened", "situation"),
        ("NARRATIVE", "situation"),
        ("immediate_action", "action"),
        ("Action Taken", "action"),
        ("Results", "outcome"),
        ("Lesson(s) Learned", "insight"),
        ("Lesson ID", "id"),
        ("created_at", "created"),
        ("createdAt", "created"),
        ("Posted By", "author"),
        ("primary category", "discipline"),
        ("human_factors", "tags"),
        ("shoe size", ""),
        ("paid", ""),
    ],
)
def test_a_header_names_a_field_whatever_its_case_spaces_and_signs(header, field) -> None:
    assert field_of(header) == field


def test_each_text_column_becomes_a_part_in_the_order_of_experience() -> None:
    found = document(lesson="l", action="a", outcome="it rose", situation="s")

    assert [(part.name, part.body) for part in found.parts] == [
        ("situation", "s"),
        ("action", "a"),
        ("outcome", "it rose"),
        ("insight", "l"),
    ]


def test_an_outcome_that_is_one_word_is_the_status_else_text() -> None:
    assert document(text="t", outcome="no effect").status == "failed"
    assert document(text="t", outcome="the pump ran again").status == "unknown"
    assert document(text="t", status="partial success").status == "partly"


def test_a_long_status_is_kept_as_the_text_of_the_outcome() -> None:
    told = "It went well until the second winter came"

    assert document(text="t", status=told).parts[-1].body == told


def test_several_columns_may_hold_one_field() -> None:
    found = document({"a": "text", "b": "text"}, a="one", b="two")

    assert [part.body for part in found.parts] == ["one", "two"]


def test_a_mapping_wins_over_the_header_and_may_leave_a_column_out() -> None:
    found = document({"Action": "", "weather": "situation"}, Action="no", weather="rain", text="t")

    assert [(part.name, part.body) for part in found.parts] == [
        ("situation", "rain"),
        ("body", "t"),
    ]


def test_a_mapping_to_a_missing_column_or_field_names_those_there_are() -> None:
    with pytest.raises(MappingError, match=r"no column 'txt'.*'text'"):
        read({"txt": "text"}, text="t")
    with pytest.raises(MappingError, match=r"mapped to 'body'.*situation"):
        read({"text": "body"}, text="t")


def test_a_table_without_text_names_its_columns_and_the_flag() -> None:
    with pytest.raises(MappingError, match=r"'size', 'colour'.*--map COLUMN=text"):
        read(size=1, colour="red")


def test_a_row_without_text_is_skipped_with_its_place() -> None:
    found = read(title="only a title", text=" ", action="")

    assert found == Skipped("t.csv:2", "no text in 'action', 'text'")


def test_columns_that_are_not_used_are_known() -> None:
    columns: Columns = columns_of([flat({"text": "t", "shoe size": 4})], {}, file="t.csv")

    assert columns.unused == ("shoe size",)


def test_lists_become_tags_and_the_first_of_them_the_discipline() -> None:
    found = document(text="t", incident_type=["Wildland", "Other"], tags="a, b", activity=["Line"])

    assert (found.discipline, found.tags) == ("Wildland", ("a", "b", "Line"))


def test_a_source_column_is_the_origin_only_when_it_is_a_link() -> None:
    assert document(text="t", source="https://a.org/1").origin == "https://a.org/1"
    assert document(text="t", source="official").origin == "t.csv:2"


def test_dates_follow_the_column_that_shows_whether_days_come_first() -> None:
    rows = [flat({"text": "t", "date": date}) for date in ("04/03/2016", "17/03/2016")]
    columns = columns_of(rows, {}, file="t.csv")
    found = columns.document(rows[0], where="", file="")

    assert isinstance(found, Document)
    assert found.created is not None
    assert found.created.isoformat()[:10] == "2016-03-04"


def test_a_bad_date_is_no_reason_to_skip() -> None:
    assert document(text="t", date="whenever").created is None
    assert str(document(text="t", date="whenever", year=1999).created)[:4] == "1999"


def test_the_format_of_a_text_is_told_by_path_column_or_content() -> None:
    assert document(text="# a", path="docs/a.md").parts[0].format == "markdown"
    assert document(markdown="# a").parts[0].format == "markdown"
    assert document(text="<p>a</p>").parts[0].format == "html"
    assert document(text="a < b and </ c").parts[0].format == "text"


def test_a_summary_is_the_title_where_there_is_a_description() -> None:
    assert document(Summary="Broken", Description="It broke").title == "Broken"
    assert document(Summary="It broke").parts[0].body == "It broke"


def test_a_row_without_an_id_keeps_its_key_for_the_same_text() -> None:
    assert document(text="t", likes=1).key == document(text="t", likes=2).key
    assert document(text="t").key != document(text="u").key


def test_nested_objects_count_as_columns() -> None:
    assert str(document(text="t", metadata={"created": "2020-01-01"}).created)[:4] == "2020"


def test_line_breaks_of_html_are_read_as_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    path.write_text("title,narrative\nA,The pump failed.<br/>It was 3 < 5 bar.\n", encoding="utf-8")

    (document,) = recognise(path).read(path, ReadOptions())

    assert isinstance(document, Document)
    assert document.parts[0].format == "html"
