"""Sheets are tables whose header is found below titles, and hostile workbooks are refused."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date

import openpyxl
import pytest

from pipeline.errors import MappingError, UnreadableSource
from pipeline.sources.base import ReadOptions
from pipeline.sources.registry import connector, recognise
from pipeline.sources.tables.spreadsheet import header_row


def book(**sheets: list[list[object]]) -> bytes:
    held = openpyxl.Workbook()
    held.remove(held.active)
    for name, rows in sheets.items():
        sheet = held.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(held)


def saved(held) -> bytes:
    out = io.BytesIO()
    held.save(out)
    return out.getvalue()


LESSONS = [
    ["Lessons of the plant"],
    [],
    ["Id", "Problem", "Action", "Date"],
    [1, "Cold oil", "Warm it", date(2020, 2, 3)],
    [],
    [2, "Thick oil", None, "2021-03-04"],
    [3, None, None, None],
]


def test_each_row_below_the_header_is_a_document_with_its_place(made) -> None:
    path = made.file("r.bin", book(Lessons=LESSONS))
    assert recognise(path).name == "spreadsheet"

    documents, skipped = made.read(path, "spreadsheet")

    assert [(d.key, d.origin) for d in documents] == [
        ("Lessons/1", "r.bin#Lessons:4"),
        ("Lessons/2", "r.bin#Lessons:6"),
    ]
    assert [(p.name, p.body) for p in documents[0].parts] == [
        ("situation", "Cold oil"),
        ("action", "Warm it"),
    ]
    assert [str(d.created)[:10] for d in documents] == ["2020-02-03", "2021-03-04"]
    assert [s.where for s in skipped] == ["r.bin#Lessons:7"]


def test_every_sheet_is_a_table_and_those_without_text_are_told(made) -> None:
    path = made.file("r.xlsx", book(A=LESSONS, Sizes=[["size", "colour"], [1, 2]], B=LESSONS[2:4]))

    documents, skipped = made.read(path, "spreadsheet")

    assert [d.key for d in documents] == ["A/1", "A/2", "B/1"]
    assert "r.xlsx#Sizes" in [s.where for s in skipped]


def test_hidden_sheets_are_left_out_and_told(made) -> None:
    held = openpyxl.load_workbook(io.BytesIO(book(A=LESSONS, Lists=LESSONS)))
    held["Lists"].sheet_state = "hidden"

    documents, skipped = made.read(made.file("r.xlsx", saved(held)), "spreadsheet")

    assert len(documents) == 2
    assert ("r.xlsx#Lists", "a hidden sheet") in [(s.where, s.reason) for s in skipped]


def test_merged_titles_and_errors_of_formulas_are_no_text(made) -> None:
    held = openpyxl.load_workbook(
        io.BytesIO(book(A=[["Title", None], ["Problem", "Action"], ["a", "#N/A"]]))
    )
    held["A"].merge_cells("A1:B1")

    (found,), _ = made.read(made.file("r.xlsx", saved(held)), "spreadsheet")

    assert [part.body for part in found.parts] == ["a"]


def test_columns_are_offered_for_a_mapping_and_a_mapping_is_used(made) -> None:
    path = made.file("r.xlsx", book(A=[["Weather", "Shoe"], ["rain", 4]]))

    found = connector("spreadsheet").columns(path)
    assert [(c.name, c.field, c.example) for c in found] == [
        ("Weather", "", "rain"),
        ("Shoe", "", "4"),
    ]
    with pytest.raises(MappingError, match="'Weather', 'Shoe'"):
        made.read(path, "spreadsheet")
    (found,), _ = made.read(path, "spreadsheet", ReadOptions(columns={"Weather": "situation"}))
    assert found.parts[0].body == "rain"


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        ([["Id", "Problem"], [1, "x"]], 0),
        ([["A title"], ["by Ann", None], ["Id", "Problem", "Action"], [1, "x", "y"]], 2),
        ([["Problem"], ["x"]], 0),
        ([[1, 2], [3, 4]], 0),
        ([[None], []], None),
    ],
)
def test_the_header_is_the_first_row_with_words_in_most_columns(rows, at) -> None:
    assert header_row(rows) == at


def test_an_empty_workbook_and_a_binary_one_are_refused(made) -> None:
    with pytest.raises(UnreadableSource, match="holds no table"):
        made.read(made.file("e.xlsx", book(A=[])), "spreadsheet")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        archive.writestr("xl/workbook.bin", "x")
    with pytest.raises(UnreadableSource, match="binary workbook"):
        made.read(made.file("b.xlsb", out.getvalue()), "spreadsheet")


def changed(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == name else old.read(info))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares XML entities"),
        (b"<a" + b" " * (90 << 20) + b"/>", "may be a bomb"),
        (b"<a><b>", "damaged"),
    ],
)
def test_hostile_parts_give_one_line(made, name, content, reason) -> None:
    path = made.file("x.xlsx", changed(book(A=LESSONS), name, content))

    with pytest.raises(UnreadableSource, match=reason):
        made.read(path, "spreadsheet")


def test_rows_beyond_what_a_sheet_can_have_end_the_reading(made) -> None:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>Problem</t></is></c></row>' % (n, n)
        for n in (1, 2, 999_999_999)
    )
    sheet = b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (space, rows)

    documents, skipped = made.read(
        made.file("x.xlsx", changed(book(A=LESSONS), SHEET, sheet)), "spreadsheet"
    )

    assert len(documents) == 1
    assert "more rows than a sheet can have" in skipped[-1].reason


def test_changed_and_cut_workbooks_never_raise_anything_else(made) -> None:
    data = book(A=LESSONS)
    for at in range(1, len(data), len(data) // 60):
        for other in (data[:at], data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]):
            with contextlib.suppress(UnreadableSource, MappingError):
                made.read(made.file("x", other), "spreadsheet")
