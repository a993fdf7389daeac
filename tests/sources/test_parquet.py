"""Rows of Parquet are read batch by batch with their nested columns."""

from __future__ import annotations

import contextlib
import gzip
import io
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import UnreadableSource
from pipeline.sources.registry import connector, recognise


def table(rows: list[dict[str, object]], **options: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out, **options)
    return out.getvalue()


ROWS: list[dict[str, object]] = [
    {
        "id": n,
        "problem": f"Cold oil {n}",
        "tags": ["oil", "cold"],
        "about": {"author": "Ann", "created_at": datetime(2020, 2, 3, tzinfo=UTC)},
        "raw": b"\xff",
        "cost": Decimal("1.5"),
    }
    for n in range(1200)
]


@pytest.mark.parametrize("packed", [False, True])
def test_every_row_is_a_document_with_what_is_nested_in_it(made, packed) -> None:
    data = table(ROWS, row_group_size=100)
    path = made.file("r.bin", gzip.compress(data) if packed else data)
    assert recognise(path).name == "parquet"

    documents, skipped = made.read(path, "parquet")

    assert (len(documents), skipped) == (1200, [])
    last = documents[-1]
    assert (last.key, last.author, last.tags) == ("1199", "Ann", ("oil", "cold"))
    assert (str(last.created)[:10], last.origin) == ("2020-02-03", "r.bin:1200")
    assert [(p.name, p.body) for p in last.parts] == [("situation", "Cold oil 1199")]


def test_columns_are_offered_for_a_mapping(made) -> None:
    columns = connector("parquet").columns(made.file("r.parquet", table(ROWS[:3])))
    found = {column.name: column.field for column in columns}

    assert found["problem"] == "situation"
    assert found["cost"] == ""


def test_dates_that_python_has_no_words_for_do_no_harm(made) -> None:
    odd = pa.table({"text": ["a"], "date": pa.array([1 << 62], pa.timestamp("ms"))})
    out = io.BytesIO()
    pq.write_table(odd, out)

    (found,), _ = made.read(made.file("r.parquet", out.getvalue()), "parquet")

    assert (found.parts[0].body, found.created) == ("a", None)


def test_an_encrypted_and_an_empty_table_are_refused(made) -> None:
    with pytest.raises(UnreadableSource, match="encrypted"):
        made.read(made.file("e.parquet", b"PARE" + b"\0" * 99), "parquet")
    with pytest.raises(UnreadableSource, match="no rows"):
        made.read(made.file("n.parquet", _no_rows()), "parquet")


def _no_rows() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), out)
    return out.getvalue()


def test_changed_and_cut_tables_never_raise_anything_else(made) -> None:
    data = table(ROWS[:50])
    for at in range(4, len(data), len(data) // 80):
        for other in (data[:at], data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]):
            with contextlib.suppress(UnreadableSource):
                made.read(made.file("x", other), "parquet")
