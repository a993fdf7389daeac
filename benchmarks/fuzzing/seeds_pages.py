"""Small valid pages, office documents, feeds and tables; office documents by their libraries."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal

from benchmarks.fuzzing.inputs import (
    Input,
    folder,
    in_lines,
    one,
    packed,
    unzipped,
    written,
    zipped,
)

_SAVED = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DAY = datetime(2020, 2, 3, 10, 11, tzinfo=UTC)
_PAGE = (
    "---\ntitle: Cold starts\ndate: 2020-02-03\nauthor: Ana Bee\ntags: [boiler, winter]\n---\n\n"
    "# Cold starts\n\nWarm the **oil** first, see [[Valves|the valves]] and [more](b.md#top).\n\n"
    "| part | does |\n|---|---|\n| oil | warms |\n\n```sh\nrun --now\n```\n\n- [x] done 🙂\n\n"
    "> [!note] Careful\n> it is hot\n\n## After\n\nWait.[^1]\n\n[^1]: Ten minutes.\n"
)
_RST = (
    "Cold starts\n===========\n\n:Author: Ana\n:Date: 2020-02-03\n\n.. note:: It is *hot*.\n\n"
    "Use ``warm``::\n\n    run --now\n\n.. code-block:: sh\n\n   stop\n\n"
    "=====  =====\npart   does\n=====  =====\noil    warms\n=====  =====\n\n`more <https://example.org>`_\n"
)
_HTML = (
    '<!doctype html><html lang="en"><head><title>Cold starts</title>'
    '<meta name="author" content="Ana"><meta property="article:published_time" content="2020-02-03">'
    '<link rel="canonical" href="https://example.org/cold">'
    '<script type="application/ld+json">{"@type":"Article","datePublished":"2020-02-03"}</script>'
    "</head><body><nav><a href=/>home</a></nav><main><article><h1>Cold starts</h1>"
    "<p>Warm the <b>oil</b> &amp; wait &lt; 5 min before you start the pump in the morning.</p>"
    "<ul><li>one</li><li>two</li></ul><table><tr><td>oil</td><td>warm</td></tr></table>"
    "<pre>run --now</pre></article></main><footer>© plant</footer></body></html>"
)


def _word() -> list[Input]:
    import docx

    held = docx.Document()
    about = held.core_properties
    about.author, about.title, about.keywords = "Ana Bee", "Cold starts", "boiler; winter"
    about.created = about.modified = _DAY.replace(tzinfo=None)
    held.add_heading("Cold starts", 1)
    held.add_paragraph("Warm the oil & wait < 5 min 🙂 שלום.")
    held.add_paragraph("first", style="List Bullet")
    table = held.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(1, 1).text = "oil", "warm"
    return [one("cold.docx", _again(held))]


def _odt() -> list[Input]:
    from odfdo import Document, Header, List, Paragraph, Table

    held = Document("text")
    held.body.clear()
    held.meta.title = "Boiler notes"
    held.meta.creation_date = held.meta.date = _DAY.replace(tzinfo=None)
    held.body.append(Header(1, "Cold starts"))
    held.body.append(Paragraph("Warm the <oil> first 🙂."))
    held.body.append(List(["one", "two"]))
    table = Table("T", width=2, height=2)
    table.set_value("A1", "oil")
    held.body.append(table)
    noted = Paragraph("Noted here")
    noted.insert_annotation(
        after="Noted", body="a remark", creator="Bo", date=_DAY.replace(tzinfo=None)
    )
    held.body.append(noted)
    return [one("boiler.odt", _again(held))]


def _spreadsheet() -> list[Input]:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Lessons"
    sheet.append(["Lessons of the year"])
    sheet.append(["Id", "Date", "Title", "Problem", "Action", "Outcome", "Tags"])
    sheet.append([1, date(2020, 2, 3), "Leak", "It leaks 🙂", "New seal", "worked", "seal; pump"])
    sheet.append([2, "2020-02-04", "Noise", "=1/0", True, 1.5, None])
    more = book.create_sheet("More")
    more.append(["id", "text"])
    more.append(["x", "The pump is loud in the morning"])
    book.create_sheet("Hidden").sheet_state = "hidden"
    book.properties.created = book.properties.modified = _DAY.replace(tzinfo=None)
    return [one("lessons.xlsx", _again(book))]


def _again(held: object) -> bytes:
    """The document as saved, with one date for all that is inside, so that it stays the same."""
    out = io.BytesIO()
    held.save(out)  # type: ignore[attr-defined]
    parts = unzipped(out.getvalue())
    return zipped({name: _SAVED.sub(b"2020-02-03T10:11:12Z", part) for name, part in parts.items()})


def _parquet() -> list[Input]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    plain = pa.table(
        {
            "id": [1, 2],
            "title": ["Leak", None],
            "problem": ["It leaks 🙂", "It is loud"],
            "date": [_DAY, None],
            "tags": [["seal", "pump"], []],
        }
    )
    odd = pa.table(
        {
            "text": pa.array(["It leaks", None, "It is loud"]),
            "when": pa.array([-(2**62), 2**62, 0], pa.timestamp("ns", "UTC")),
            "day": pa.array([2**30, -(2**30), 0], pa.date32()),
            "took": pa.array([2**62, 1, None], pa.duration("s")),
            "cost": pa.array([Decimal("1.5"), None, Decimal("-2")], pa.decimal128(20, 3)),
            "raw": pa.array([b"\xff\x00", None, b""]),
            "who": pa.array([{"name": "Ana", "n": float("nan")}, None, {"name": None, "n": 1.0}]),
            "many": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
        }
    )
    made: list[Input] = []
    for name, table in (("plain.parquet", plain), ("odd.parquet", odd)):
        out = io.BytesIO()
        pq.write_table(table, out, compression="none")
        made.append(one(name, out.getvalue()))
    return made


def _pdf() -> list[Input]:
    from pypdf import PdfReader, PdfWriter

    shown = " ".join(
        f"({line}) Tj 0 -14 Td"
        for line in ("Cold starts", "Warm the oil first and wait re-", "peatedly.")
    )
    stream = f"BT /F1 12 Tf 40 800 Td {shown} ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [4 0 R 4 0 R] /Count 2 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 850] /Contents 5 0 R "
        "/Resources << /Font << /F1 3 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Title (Cold starts) /Author (Ana) /Keywords (oil, pump) /CreationDate (D:20200203101112Z) >>",
    )
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = (
        f"xref\n0 7\n0000000000 65535 f \n{table}trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>\n"
    )
    plain = out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain)))
    for page in writer.pages:
        page.compress_content_streams()
    squeezed = io.BytesIO()
    writer.write(squeezed)
    return [one("cold.pdf", plain), one("small.pdf", squeezed.getvalue())]


def _feed() -> list[Input]:
    rss = (
        '<?xml version="1.0"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">'
        "<channel><title>Plant</title><language>en</language>"
        "<item><title>Cold &amp; slow</title><link>https://example.org/1</link><guid>tag:1</guid>"
        "<dc:creator>Ana</dc:creator><pubDate>Mon, 03 Feb 2020 10:00:00 +0100</pubDate>"
        "<category>Boiler</category><content:encoded><![CDATA[<p>Warm the <b>oil</b>.</p>]]>"
        "</content:encoded></item><item><title>Pic</title><wp:post_type>attachment</wp:post_type></item>"
        "</channel></rss>"
    )
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>B</title><entry><id>urn:1</id><title>T</title>'
        '<link href="https://example.org/2"/><author><name>Bo</name></author>'
        '<updated>2021-03-04T05:06:07Z</updated><content type="xhtml"><div>Plain 3 &lt; 5.</div></content>'
        "</entry></feed>"
    )
    return [one("rss.xml", rss), one("atom.xml", atom)]


def _decisions() -> list[Input]:
    pep = (
        "PEP: 912\nTitle: Colder oil\nAuthor: Ana Bee <ana@example.org>,\n        Bo Li\nStatus: Final\n"
        "Type: Process\nRequires: 8, 20\nReplaces: 911\nCreated: 01-Mar-2021\n\nAbstract\n========\n\n"
        "Oil should be colder. See :pep:`7`.\n\nMotivation\n==========\n\nPumps broke.\n\n"
        "Specification\n=============\n\nCool it.\n\nRejected Ideas\n==============\n\nThicker oil.\n"
    )
    rfc = (
        "- Feature Name: `cold_oil`\n- Start Date: 2020-01-02\n- RFC PR: [org/rfcs#31]"
        "(https://github.com/org/rfcs/pull/31)\n\n## Summary\n\nShort.\n\n## Motivation\n\nWhy.\n\n"
        "## Drawbacks\n\nCost.\n\n## Alternatives\n\nNone.\n"
    )
    adr = (
        "# 7. Use colder oil\n\nDate: 2020-05-06\n\n## Status\n\nAccepted, supersedes [ADR-0003](0003-oil.md)\n\n"
        "## Context\n\nPumps broke.\n\n## Decision\n\nWe cool it.\n\n## Consequences\n\nIt costs more.\n"
    )
    kep = "title: Cold\nkep-number: 77\nauthors: ['@ana']\nstatus: implemented\ncreation-date: 2020-01-02\n"
    return [
        one("pep-0912.rst", pep),
        one("0031-cold.md", rfc),
        folder({"0007-cold.md": adr, "0003-oil.md": adr.replace("7.", "3.", 1)}),
        folder({"77-cold/README.md": f"# KEP-77: Cold\n\n{rfc[90:]}", "77-cold/kep.yaml": kep}),
        one("lines.jsonl", in_lines({"path": "a/pep-0912.rst", "text": pep}, {"path": "b/0031-x.md", "text": rfc})),
    ]  # fmt: skip


_TABLE = (
    "id,date,author,title,problem,action,outcome,tags\n"
    '1,03/02/2020,Ana,Leak,"It leaks, ""always"" 🙂\nat night",New seal,worked,seal; pump\n'
    "2,17/03/2020,Ben,Noise,It is loud,,too early,\n"
)
_RECORD = {
    "id": 1, "date": "2020-02-03", "author": {"name": "Ana"}, "title": "Leak", "problem": "It leaks",
    "action": ["New", "seal"], "outcome": "worked", "tags": ["seal", "pump"], "text": "So it was \ud83d.",
}  # fmt: skip


def _csv() -> list[Input]:
    return [
        one("lessons.csv", _TABLE),
        one("lessons.tsv", _TABLE.replace(",", "\t").encode("utf-16")),
        one("lessons.csv.gz", packed(_TABLE.replace("🙂", "ü").encode("cp1252"))),
    ]


def _jsonl() -> list[Input]:
    lines = in_lines(_RECORD, {**_RECORD, "id": 2, "text": "Another"})
    return [
        one("a.jsonl", lines),
        one("a.json", written([_RECORD, {**_RECORD, "id": 3}])),
        folder({"a.jsonl": lines, "b.jsonl.gz": packed(lines)}),
        one(
            "pages.jsonl",
            in_lines({"path": "docs/a.md", "text": _PAGE}, {"path": "b.rst", "text": _RST}),
        ),
    ]


def _json() -> list[Input]:
    return [one("a.json", written({"meta": {"n": 2}, "data": {"items": [_RECORD, _RECORD]}}))]


def _beir() -> list[Input]:
    corpus = in_lines(
        {"_id": "d1", "title": "Leak", "text": "It leaks"}, {"_id": "d2", "title": "T", "text": ""}
    )
    queries = in_lines({"_id": "q1", "text": "leak?"})
    return [
        folder(
            {
                "corpus.jsonl": corpus,
                "queries.jsonl": queries,
                "qrels/test.tsv": "q\td\ts\nq1\td1\t1\n",
            }
        )
    ]


def _markdown() -> list[Input]:
    return [
        one("cold.md", _PAGE),
        one("cold.rst", _RST),
        one("cold.txt", "Cold starts\n\nWarm the oil first 🙂, then wait.\n"),
        folder({"docs/cold.md": _PAGE, "docs/valves.mdx": "import X from 'x'\n\n# Valves\n\n<X a={1}/>\n",
                "b.rst": _RST, "LICENSE.md": "terms"}),
    ]  # fmt: skip


def _html() -> list[Input]:
    return [
        one("cold.html", _HTML),
        folder({"a/cold.html": _HTML, "index.html": _HTML, "s.css": "a{}"}),
    ]


def _collection() -> list[Input]:
    table = packed(_TABLE.encode())
    return [
        folder(
            {
                "notes/cold.md": _PAGE,
                "lessons.csv.gz": table,
                "a.jsonl": in_lines(_RECORD),
                "site/cold.html": _HTML,
                "README.md": "# What this is\n\nAbout the files.\n",
                "more.zip": zipped({"b/lessons.csv": _TABLE.encode(), "deeper.zip": zipped({"c.md": _PAGE.encode()})}),
                "photo.jpg": b"\xff\xd8\xff\xe0",
            }
        )
    ]  # fmt: skip


SEEDS = {
    "beir": _beir,
    "collection": _collection,
    "csv": _csv,
    "decision-record": _decisions,
    "feed": _feed,
    "html": _html,
    "json": _json,
    "jsonl": _jsonl,
    "markdown": _markdown,
    "opendocument": _odt,
    "parquet": _parquet,
    "pdf": _pdf,
    "spreadsheet": _spreadsheet,
    "word": _word,
}
