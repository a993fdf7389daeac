"""Tables of any community: which column holds what, told by the words of its header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.errors import MappingError
from pipeline.records import Document, OutcomeStatus, Skipped, SourcePart, TextFormat
from pipeline.sources.base import content_key
from pipeline.sources.reading.values import day_comes_first, listed, moment, status_word, written
from pipeline.sources.tables.headers import FIELDS as FIELDS  # noqa: PLC0414 - also taken from here
from pipeline.sources.tables.headers import PARTS, field_of, plain, rank_of

Row = Sequence[tuple[str, object]]
"""One record: pairs of column and value, in the order of the source."""

MOST_TAGS = 20
_LONGEST_TAG = 80
_LONGEST_STATUS = 40
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HTML = re.compile(r"<(p|div|br|ul|ol|li|blockquote|pre|h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """Which columns of a source hold which field. Make it with `columns_of`."""

    fields: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]
    mapped: frozenset[str] = frozenset()
    day_first: bool = False

    def document(self, row: Row, *, where: str, file: str) -> Document | Skipped:
        """The document that a row is; skipped when it has no text.

        Args:
            row: The pairs of column and value.
            where: Locator of the row, such as `reports.csv:17`.
            file: Name of the file, for the formats of text that its rows hold.
        """
        held = self._held(row)
        parts, status = _parts(held, file)
        if not parts:
            return Skipped(where, f"no text in {_named(self.text_columns)}")
        dates = (moment(value, day_first=self.day_first) for _, value in held["created"])
        return Document(
            key=_first(held["id"])
            or content_key([part.body for part in parts], _first(held["title"])),
            title=_first(held["title"]),
            parts=parts,
            origin=self._origin(held["origin"]) or where,
            author=_first(held["author"]) or None,
            created=_earliest(dates) or _earliest(moment(v) for _, v in held["year"]),
            discipline=next(
                (word for _, value in held["discipline"] for word in _names(value)), None
            ),
            tags=_tags(value for _, value in held["tags"]),
            status=_status(held["status"]) or status or "unknown",
            language=_first(held["language"]) or None,
        )

    @property
    def text_columns(self) -> tuple[str, ...]:
        """The columns that hold text."""
        return tuple(column for field in PARTS for column in self.fields.get(field, ()))

    def _held(self, row: Row) -> dict[str, list[tuple[str, object]]]:
        values: dict[str, list[object]] = {}
        for column, value in row:
            values.setdefault(column, []).append(value)
        return {
            field: [(c, v) for c in self.fields.get(field, ()) for v in values.get(c, ())]
            for field in FIELDS
        }

    def _origin(self, held: Iterable[tuple[str, object]]) -> str:
        for column, value in held:
            link = written(value)
            if link.startswith(("http://", "https://")) or (link and column in self.mapped):
                return link
        return ""


def columns_of(
    rows: Sequence[Row],
    overrides: Mapping[str, str],
    *,
    file: str,
    day_first: bool | None = None,
    one_of_many: bool = False,
) -> Columns:
    """Which columns hold which field, from the headers of some rows and the user's mapping.

    Args:
        rows: The first records.
        overrides: Column to field; an empty field leaves the column out.
        file: Name of the file, for messages.
        day_first: As in `ReadOptions`.
        one_of_many: The file stands in a folder, and need not have every mapped column.

    Raises:
        MappingError: No column holds text, a mapping names a column that no row has, or a
            field that there is not. Names the columns and the flag to use.
    """
    names = _names_in(rows)
    chosen = {
        name: _known(field)
        for column, field in overrides.items()
        if (name := _existing(column, names, file, one_of_many))
    }
    found = taken_for(names, chosen)
    fields = {f: tuple(sorted((n for n in names if found[n] == f), key=rank_of)) for f in FIELDS}
    unused = tuple(name for name in names if not found[name] and name not in chosen)
    columns = Columns(fields, unused, frozenset(chosen))
    if not columns.text_columns:
        raise MappingError(
            f"{file} has no column with text; its columns are {_named(names)}.",
            hint="Say which one holds it: --map COLUMN=text (or situation, action, insight).",
        )
    if day_first is None:
        dates = (v for row in rows for c, v in row if c in fields["created"])
        day_first = day_comes_first(dates)
    return replace(columns, day_first=day_first)


def taken_for(names: Iterable[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """What each column is taken for: the field that was chosen, else the one its name says.

    >>> taken_for(["Name", "Problem", "Colour"], {"Colour": "tags"})
    {'Name': 'title', 'Problem': 'situation', 'Colour': 'tags'}
    """
    found = {name: chosen.get(name, field_of(name)) for name in names}
    _summary_as_title(found, chosen)
    return found


def _names_in(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column, _ in row))


def flat(record: Mapping[str, object]) -> Row:
    """The pairs of a JSON object, with those of nested objects one level down in their place."""
    pairs: list[tuple[str, object]] = []
    for name, value in record.items():
        if isinstance(value, Mapping):
            pairs.extend((str(inner), item) for inner, item in value.items() if inner not in record)
        else:
            pairs.append((name, value))
    return pairs


def unused_notice(columns: Columns, file: str) -> str:
    """One line that names the columns which were not used, or an empty string."""
    return f"{file}: unused columns {_named(columns.unused)}." if columns.unused else ""


def _existing(column: str, names: Sequence[str], file: str, one_of_many: bool) -> str:  # noqa: FBT001
    for name in (column, *names):
        if name in names and plain(name) == plain(column):
            return name
    if one_of_many:
        return ""
    raise MappingError(f"{file} has no column {column!r}; its columns are {_named(names)}.")


def _known(field: str) -> str:
    if field and field not in FIELDS:
        hint = f"The fields are: {', '.join(FIELDS)}."
        raise MappingError(f"A column cannot be mapped to {field!r}.", hint=hint)
    return field


def _summary_as_title(found: dict[str, str], chosen: Mapping[str, str]) -> None:
    """In an issue tracker's export the summary is the title of the description."""
    if "title" in found.values() or not any(plain(name) == "description" for name in found):
        return
    for name in found:
        if plain(name) == "summary" and name not in chosen:
            found[name] = "title"


def _parts(
    held: Mapping[str, list[tuple[str, object]]], file: str
) -> tuple[tuple[SourcePart, ...], OutcomeStatus | None]:
    parts: list[SourcePart] = []
    status: OutcomeStatus | None = None
    names = " ".join([file, *(written(value) for _, value in held["id"][:3])])
    for field, name in PARTS.items():
        for column, value in held[field]:
            text = written(value)
            if field == "outcome" and (word := status_word(text)):
                status = word
            elif text:
                parts.append(SourcePart(name, text, _format(column, text, names)))
    long = next((t for _, v in held["status"] if len(t := written(v)) > _LONGEST_STATUS), "")
    if long:
        parts.append(SourcePart("outcome", long))
    return tuple(parts), status


def _format(column: str, text: str, names: str) -> TextFormat:
    if "markdown" in column.casefold() or re.search(r"\.(md|markdown)(\s|$)", names):
        return "markdown"
    if "html" in column.casefold() or _BREAK.search(text) or ("</" in text and _HTML.search(text)):
        return "html"
    return "text"


def _first(held: Iterable[tuple[str, object]]) -> str:
    return next((" ".join(text.split()) for _, v in held if (text := written(v, joint=", "))), "")


def _names(value: object) -> list[str]:
    """The values of a field that may hold several, a text counting as one."""
    return listed(value) if isinstance(value, list | tuple) else [w for w in [written(value)] if w]


def _earliest(dates: Iterable[datetime | None]) -> datetime | None:
    return next((date for date in dates if date), None)


def _status(held: Iterable[tuple[str, object]]) -> OutcomeStatus | None:
    return next((word for _, value in held if (word := status_word(written(value)))), None)


def _tags(values: Iterable[object]) -> tuple[str, ...]:
    words = (word[:_LONGEST_TAG] for value in values for word in listed(value))
    return tuple(dict.fromkeys(words))[:MOST_TAGS]


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:30])
    return f"{shown} and {len(names) - 30} more" if len(names) > 30 else shown
