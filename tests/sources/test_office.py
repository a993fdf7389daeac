"""PDF, Word and OpenDocument files are read in their order, hostile ones refused in one line."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from odfdo import Document as Odf
from odfdo import Header, List, Paragraph, Table
from pypdf import PdfReader, PdfWriter

from pipeline.errors import UnreadableSource
from pipeline.sources.pages.pdf import readable
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise


def pdf(*pages: list[str], title: str = "", author: str = "") -> bytes:
    """A PDF with these lines on its pages."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        stream = f"BT /F1 12 Tf 40 800 Td {shown} ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 850] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< /Title ({title}) /Author ({author}) /CreationDate (D:20200203101112Z) >>")
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R "
    return out + f"{tail}/Info {size - 1} 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()


def word() -> bytes:
    held = docx.Document()
    held.core_properties.author = "Ann Moe"
    held.core_properties.created = datetime(2020, 2, 3, tzinfo=UTC)
    held.core_properties.keywords = "boiler; winter"
    held.add_heading("Cold starts", 1)
    held.add_paragraph("Warm the oil & wait < 5 min.")
    held.add_paragraph("first", style="List Bullet")
    table = held.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "oil", "warm"
    _changed(held.add_paragraph("It was "), deleted="cold", inserted="warm")
    return _saved(held)


def _changed(paragraph, *, deleted: str, inserted: str) -> None:
    for mark, kind, words in (("w:del", "w:delText", deleted), ("w:ins", "w:t", inserted)):
        change, run, text = OxmlElement(mark), OxmlElement("w:r"), OxmlElement(kind)
        text.text = words
        run.append(text)
        change.append(run)
        paragraph._p.append(change)


def _saved(held) -> bytes:
    out = io.BytesIO()
    held.save(out)
    return out.getvalue()


def odt() -> bytes:
    held = Odf("text")
    held.body.clear()
    held.meta.title = "Boiler notes"
    held.meta.set_initial_creator("Ann Moe")
    held.body.append(Header(1, "Cold starts"))
    held.body.append(Paragraph("Warm the <oil> first."))
    held.body.append(List(["one", "two"]))
    table = Table("T", width=2, height=1)
    table.set_value("A1", "oil")
    table.set_value("B1", "warm")
    held.body.append(table)
    noted = Paragraph("Noted here")
    noted.insert_annotation(after="Noted", body="a remark", creator="Bo")
    held.body.append(noted)
    return _saved(held)


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The office document with other content in some of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for info in old.infolist():
            part = parts.get(Path(info.filename).stem, old.read(info))
            new.writestr(info.filename, part, info.compress_type)
    return out.getvalue()


# --- PDF ---------------------------------------------------------------------------------


def test_each_page_of_a_pdf_is_a_part_with_its_number(made) -> None:
    path = made.file(
        "r.bin", pdf(["Warm the oil first."], ["Then wait."], title="Cold", author="Ann")
    )
    assert recognise(path).name == "pdf"

    (found,), skipped = made.read(path, "pdf")

    assert not skipped
    assert (found.title, found.author, str(found.created)[:10]) == ("Cold", "Ann", "2020-02-03")
    assert [(p.body, p.origin) for p in found.parts] == [
        ("Warm the oil first.", "r.bin#page=1"),
        ("Then wait.", "r.bin#page=2"),
    ]


def test_a_title_that_only_names_a_program_gives_way_to_the_first_line(made) -> None:
    path = made.file(
        "r.pdf", pdf(["Cold starts", "Warm the oil first."], title="Microsoft Word - x.doc")
    )

    assert made.read(path, "pdf")[0][0].title == "Cold starts"


def test_headers_and_footers_of_most_pages_go_and_words_are_joined() -> None:
    pages = [
        [
            "Plant report",
            f"The {word} is re-",
            "paired by hand-",
            f"made tools {n},",
            f"so {word}s last.",
            "",
            f"Page {n} of 3",
        ]
        for n, word in enumerate(("pump", "fan", "belt"), 1)
    ]

    assert readable(pages)[1] == "The fan is repaired by handmade tools 2, so fans last."


def test_a_word_that_has_its_hyphen_elsewhere_keeps_it_and_lists_stay_lists() -> None:
    assert readable([["A well-", "known fault.", "- one", "- two", "It is well-known."]]) == [
        "A well-known fault.\n- one\n- two\nIt is well-known."
    ]


def test_a_scan_needs_ocr_and_pages_without_text_are_told(made) -> None:
    _, scanned = made.read(made.file("s.pdf", pdf([], [])), "pdf")
    (found,), partly = made.read(made.file("p.pdf", pdf(["Warm the oil first."], [])), "pdf")

    assert [s.reason for s in scanned] == ["no text layer: it needs OCR"]
    assert len(found.parts) == 1
    assert [s.where for s in partly] == ["p.pdf: 1 of 2 pages"]


def test_a_locked_pdf_is_refused_in_one_line(made) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["Secret text of the plant."]))))
    writer.encrypt("word", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)

    with pytest.raises(UnreadableSource, match="locked with a password"):
        made.read(made.file("l.pdf", out.getvalue()), "pdf")


# --- Word --------------------------------------------------------------------------------


def test_a_word_document_is_read_in_its_order_as_it_stands_now(made) -> None:
    path = made.file("r.bin", word())
    assert recognise(path).name == "word"

    (found,), _ = made.read(path, "word")

    assert (found.title, found.author, str(found.created)[:10]) == (
        "Cold starts",
        "Ann Moe",
        "2020-02-03",
    )
    assert found.tags == ("boiler", "winter")
    assert found.parts[0].body.splitlines() == [
        "<h1>Cold starts</h1>",
        "<p>Warm the oil &amp; wait &lt; 5 min.</p>",
        "<li>first</li>",
        "<table><tr><td><p>oil</p></td><td><p>warm</p></td></tr></table>",
        "<p>It was warm</p>",
    ]


def test_text_in_content_controls_is_read(made) -> None:
    held = docx.Document()
    control, inside = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    inside.append(held.add_paragraph("In a control.")._p)
    control.append(inside)
    held.element.body.insert(0, control)
    held.add_paragraph("After it.")

    body = made.read(made.file("c.docx", _saved(held)), "word")[0][0].parts[0].body

    assert body == "<p>In a control.</p>\n<p>After it.</p>"


def test_an_empty_word_document_is_skipped(made) -> None:
    _, skipped = made.read(made.file("e.docx", _saved(docx.Document())), "word")

    assert [s.reason for s in skipped] == ["no text"]


@pytest.mark.parametrize(
    ("name", "stream", "read_by", "reason"),
    [
        ("a.doc", "WordDocument", "word", "old Word document.*DOCX"),
        ("a.xls", "Workbook", "spreadsheet", "old Excel workbook.*XLSX"),
        ("a.xls", "EncryptedPackage", "spreadsheet", "locked with a password"),
        ("a.doc", "EncryptedPackage", "word", "locked with a password"),
    ],
)
def test_old_and_locked_formats_say_what_to_save_them_as(
    made, name, stream, read_by, reason
) -> None:
    data = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 99
    )
    path = made.file(name, data)

    assert recognise(path).name == read_by
    with pytest.raises(UnreadableSource, match=reason):
        made.read(path, read_by)


# --- OpenDocument ------------------------------------------------------------------------


def test_an_opendocument_text_is_read_in_its_order_without_comments(made) -> None:
    path = made.file("r.bin", odt())
    assert recognise(path).name == "opendocument"

    (found,), _ = made.read(path, "opendocument")

    body = found.parts[0].body
    assert (found.title, found.author) == ("Boiler notes", "Ann Moe")
    assert body.index("# Cold starts") < body.index("Warm the &lt;oil> first.") < body.index("one")
    assert "| oil | warm |" in body
    assert "remark" not in body


def test_an_opendocument_spreadsheet_says_what_to_save_it_as(made) -> None:
    with pytest.raises(UnreadableSource, match=r"OpenDocument spreadsheet.*XLSX or CSV"):
        made.read(made.file("s.ods", _saved(Odf("spreadsheet"))), "opendocument")


# --- hostile files -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "part"), [("word", word(), "document"), ("opendocument", odt(), "content")]
)
def test_bombs_and_entities_are_refused_before_they_are_opened(made, name, data, part) -> None:
    bomb = repacked(data, **{part: b"<a>" + b" " * (90 << 20) + b"</a>"})
    entity = repacked(
        data, **{part: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}
    )

    with pytest.raises(UnreadableSource, match="may be a bomb"):
        made.read(made.file("bomb", bomb), name)
    with pytest.raises(UnreadableSource, match="declares XML entities"):
        made.read(made.file("entity", entity), name)


@pytest.mark.parametrize(
    ("name", "data", "part"), [("word", word(), "document"), ("opendocument", odt(), "content")]
)
@pytest.mark.parametrize("xml", [b"", b"<a", b"<a><b></a>", b"<p>" * 9000, b"\0\xff" * 99])
def test_broken_parts_give_one_line(made, name, data, part, xml) -> None:
    path = made.file("x", repacked(data, **{part: xml}))

    with pytest.raises(UnreadableSource, match=r"damaged|bomb"):
        made.read(path, name)


@pytest.mark.parametrize(
    ("name", "data"),
    [("pdf", pdf(["Warm the oil."] * 9)), ("word", word()), ("opendocument", odt())],
)
def test_changed_and_cut_files_never_raise_anything_else(made, name, data) -> None:
    for at in range(0, len(data), max(1, len(data) // 40)):
        for changed in (data[:at], data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]):
            path = made.file("x", changed or b" x")
            connector(name).recognise(look_at(path))
            with contextlib.suppress(UnreadableSource):
                made.read(path, name)
