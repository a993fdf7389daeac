"""One JSON document with a table inside: an array of objects below some name, or by key."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import ijson

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Sample, look_at
from pipeline.sources.reading.json_depth import shallow
from pipeline.sources.reading.json_records import first_object, json_items
from pipeline.sources.reading.values import whole
from pipeline.sources.tables.columns import flat
from pipeline.sources.tables.headers import PARTS, field_of
from pipeline.sources.tables.table import Located, TableColumn, columns_in, table_documents

_DEEPEST = 4
_MOST_EVENTS = 20_000
_decoder = json.JSONDecoder(strict=False)


class JsonDocument:
    """Reads every object of the first array in the document whose objects hold text."""

    name = "json"
    title = "JSON document"
    description = "one JSON document with an array of records inside"

    def recognise(self, sample: Sample) -> float:
        """Sure of an object without text of its own around an array of objects with text."""
        if sample.folder or not _is_alone(sample.text):
            return 0.0
        first = first_object(sample)
        own = (name for name, value in first.items() if field_of(name) in PARTS and value)
        if any(isinstance(first[name], str) for name in own):
            return 0.0
        return 0.82 if _place(sample.text) else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every object of the array as a document or as skipped."""
        return accounted(table_documents(_rows(path), options, file=path.name), options)

    def columns(self, path: Path) -> tuple[TableColumn, ...]:
        """The names in the records, each with the field it is taken for."""
        return columns_in(_rows(path))


def _rows(path: Path) -> Iterator[Located | Skipped]:
    place = _place(look_at(path).text)
    if not place:
        raise UnreadableSource(f"{path} holds no array of records with text.")
    for number, value in enumerate(json_items(path, place), 1):
        where = f"{path.name}:{place.removesuffix('.item')}[{number}]"
        if isinstance(value, dict):
            yield Located(where, flat({whole(str(name)): item for name, item in value.items()}))
        else:
            yield Skipped(where, "not a JSON object")


def _is_alone(text: str) -> bool:
    """Whether a text begins with an object that nothing follows, as far as the text goes."""
    inside = text.lstrip()
    if not inside.startswith("{"):
        return False
    try:
        _, end = _decoder.raw_decode(inside)
    except (ValueError, RecursionError):
        return True  # it is cut
    return not inside[end:].strip()


def _place(text: str) -> str:
    """Where the first array lies whose objects have a name for text, as ijson writes it."""
    stream = shallow(io.BytesIO(text.encode("utf-8", "replace")))
    events = ijson.parse(stream, use_float=True)
    try:
        for prefix, event, value in islice(events, _MOST_EVENTS):
            if event == "map_key" and _is_record(prefix) and field_of(value) in PARTS:
                return str(prefix)
    except (ijson.JSONError, ValueError, RecursionError, OverflowError):
        return ""
    return ""


def _is_record(prefix: str) -> bool:
    return prefix.endswith(".item") and prefix.count(".") <= _DEEPEST and ".item." not in prefix


CONNECTOR = JsonDocument()
