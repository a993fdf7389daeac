"""JSON as a stream: one object a line, an array of objects, a single object, or what lies inside.

Nothing here holds a whole file: `json_records` reads objects one at a time, `json_items` the
elements of an array somewhere inside one large object.
"""

from __future__ import annotations

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ijson
import orjson

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.files import Line, Sample, opened, read_lines
from pipeline.sources.reading.json_depth import shallow
from pipeline.sources.reading.values import whole

_ENOUGH_BAD = 20
"""When that many records at the beginning are all bad, the file is not JSON."""

_AFTER = "something that is no JSON after the end of the array"
_TOO_DEEP = "not JSON that can be read: nested too deeply or a number too long"
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+\\?(?:"|\Z)|[\[\]{}]', re.DOTALL)
_STEP = 1 << 20
_decoder = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object and where it stood, such as `topics.jsonl:17`."""

    where: str
    value: dict[str, object]


def json_records(path: Path, options: ReadOptions) -> Iterator[Record | Skipped]:
    """Every object of a file; what is not one comes as a `Skipped` with its place.

    Raises:
        UnreadableSource: As in `files.read_lines`, or the first 20 records are all bad.
    """
    lines = read_lines(path, longest=options.longest_line, notice=options.notice)
    head: list[Line | Skipped] = []
    for line in lines:
        head.append(line)
        if isinstance(line, Skipped) or line.text.strip():
            break
    yield from _believable(_parsed(head, lines, path, options), path)


def json_items(
    path: Path, prefix: str, *, mend: Callable[[IO[bytes]], IO[bytes]] | None = None
) -> Iterator[Any]:
    """The values at a place inside one large JSON document, one at a time in bounded memory.

    Args:
        path: A file, plain or gzip.
        prefix: The place as ijson writes it: `messages.item` are the elements of the array
            `messages`, `item` those of an array at the top.
        mend: Puts a stream in between that mends what a program is known to write wrongly.

    Raises:
        UnreadableSource: The file is missing, damaged or not JSON; says after how many items.
    """
    number = 0
    with opened(path) as raw:
        try:
            stream = after_mark(raw)
            stream = mend(stream) if mend else stream
            for value in ijson.items(shallow(stream), prefix, use_float=True):
                number += 1
                yield value
        except (ijson.JSONError, ValueError, RecursionError, OverflowError) as error:
            why = " ".join(str(error).split())[:120]
            raise UnreadableSource(f"{path} is broken JSON after item {number}: {why}.") from None
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise UnreadableSource(
                f"{path} ends early or is damaged; item {number} is the last that could be read.",
                hint="Copy or export it again.",
            ) from None


def parsed_json(data: bytes | str) -> Any:
    """One JSON document, read as fast as it can be; control characters in text are let pass.

    Raises:
        ValueError: It is not JSON, or nested too deeply.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    try:
        text = data.decode("utf-8-sig", "replace") if isinstance(data, bytes) else data
        return _mended(json.loads(text.removeprefix("\ufeff"), strict=False))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def after_mark(raw: IO[bytes]) -> IO[bytes]:
    """The stream after a byte order mark, if it begins with one."""
    head = raw.read(3)
    if head != codecs.BOM_UTF8:
        raw.seek(0)
    return raw


def first_object(sample: Sample) -> dict[str, object]:
    """The first object at the beginning of a file, or an empty one when there is none.

    Of an object that is cut by the sample's end only the names are found, with value None.
    """
    text = sample.text.lstrip()
    inside = text.lstrip("[ \n\r\t")  # the pages that a tool joined may lie in an array of arrays
    if not inside.startswith("{"):
        return {}
    try:
        value, _ = _decoder.raw_decode(inside)
    except (ValueError, RecursionError):
        return _names_of_cut(inside)
    return value if isinstance(value, dict) else {}


def _names_of_cut(text: str) -> dict[str, object]:
    """Names at the beginning of an object of which only the beginning is there."""
    found: dict[str, object] = {}
    at = 1
    try:
        while True:
            at += len(text[at : at + 100]) - len(text[at : at + 100].lstrip(" \n\r\t,"))
            name, at = _decoder.raw_decode(text, at)
            found[str(name)] = None
            at = text.index(":", at) + 1
            at += len(text[at : at + 100]) - len(text[at : at + 100].lstrip())
            found[str(name)], at = _decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        return found


def _parsed(
    head: list[Line | Skipped], rest: Iterator[Line | Skipped], path: Path, options: ReadOptions
) -> Iterator[Record | Skipped]:
    last = head[-1] if head else None
    opening = last.text.strip() if isinstance(last, Line) else ""
    if opening.startswith("[") or opening == "{":
        yield from _array(_chain(head, rest), path, options)
        return
    for line in _chain(head, rest):
        if isinstance(line, Skipped):
            yield line
        elif line.text.strip():
            yield from _records(line.text, f"{path.name}:{line.number}")


def _chain(head: list[Line | Skipped], rest: Iterator[Line | Skipped]) -> Iterator[Line | Skipped]:
    yield from head
    yield from rest


def _records(text: str, where: str) -> Iterator[Record | Skipped]:
    """The objects of one line: mostly one, several where pages were put after one another."""
    at, number = _past(text, 0, " \t\r\n"), 0
    while at < len(text):
        number += 1
        place = where if number == 1 else f"{where}[{number}]"
        try:
            value, at = _decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            yield Skipped(place, f"not JSON: {error.msg} at character {error.pos + 1}")
            return
        except (ValueError, RecursionError):
            yield Skipped(place, _TOO_DEEP)
            return
        yield _object(value, place, escaped="\\u" in text)
        at = _past(text, at, " \t\r\n")


def _object(value: object, where: str, *, escaped: bool) -> Record | Skipped:
    if not isinstance(value, dict):
        return Skipped(where, "not a JSON object")
    try:
        return Record(where, _mended(value) if escaped else value)  # type: ignore[arg-type]
    except RecursionError:
        return Skipped(where, _TOO_DEEP)


def _mended(value: object) -> object:
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {whole(name): _mended(item) for name, item in value.items()}
    return value


def _array(
    lines: Iterator[Line | Skipped], path: Path, options: ReadOptions
) -> Iterator[Record | Skipped]:
    """The elements of an array (or single objects) that may span many lines.

    Arrays after one another, as a tool writes the pages that it fetched, count as one.
    """
    buffer, at, number = "", 0, 0
    lines_left = True
    ended = False
    while True:
        at = _past(buffer, at, " \t\r\n," + ("[" if ended or number == 0 else ""))
        try:
            if buffer.startswith("]", at):
                at, ended = at + 1, True
                continue
            value, at = _decoder.raw_decode(buffer, at)
            ended = False
        except (ValueError, RecursionError) as error:
            past = _past_deep(buffer, at) if isinstance(error, RecursionError) else 0
            if past:
                number, at, ended = number + 1, past, False
                yield Skipped(f"{path.name}[{number}]", _TOO_DEEP)
                continue
            if not lines_left:
                if at < len(buffer) and ended:
                    yield Skipped(f"{path.name} after record {number}", _AFTER)
                elif at < len(buffer) or (number == 0 and not ended):
                    raise _broken(path, number, error) from None
                return
            if len(buffer) - at > options.longest_line:
                raise _broken(path, number, error) from None
            more, lines_left = _more(lines, max(_STEP, len(buffer) - at))
            buffer, at = buffer[at:] + more, 0
            continue
        number += 1
        yield _object(value, f"{path.name}[{number}]", escaped=True)


def _past_deep(text: str, at: int) -> int:
    """Where a value ends that is nested too deeply to be read; 0 when it does not end."""
    depth = 0
    for sign in _BRACKET.finditer(text, at):
        if sign[0] in "[{":
            depth += 1
        elif sign[0] in "]}":
            depth -= 1
            if depth <= 0:
                return sign.end()
    return 0


def _past(text: str, at: int, signs: str) -> int:
    while at < len(text) and text[at] in signs:
        at += 1
    return at


def _more(lines: Iterator[Line | Skipped], size: int) -> tuple[str, bool]:
    taken: list[str] = []
    length = 0
    for line in lines:
        if isinstance(line, Skipped):
            raise UnreadableSource(f"{line.where}: {line.reason}.")
        taken.append(line.text)
        length += len(line.text)
        if length >= size:
            return "".join(taken), True
    return "".join(taken), False


def _broken(path: Path, number: int, error: Exception) -> UnreadableSource:
    if isinstance(error, RecursionError):
        return UnreadableSource(f"{path} is nested too deeply at record {number + 1}.")
    inside = isinstance(error, json.JSONDecodeError) and error.pos < len(error.doc)
    why = error.args[0].partition(": line ")[0] if inside else "it ends early"
    return UnreadableSource(f"{path} is broken JSON after record {number}: {why}.")


def _believable(records: Iterator[Record | Skipped], path: Path) -> Iterator[Record | Skipped]:
    bad: list[Skipped] = []
    for record in records:
        if isinstance(record, Record):
            yield from bad
            yield record
            break
        bad.append(record)
        if len(bad) == _ENOUGH_BAD:
            raise _no_json(path, bad)
    else:
        raise _no_json(path, bad)
    yield from records


def _no_json(path: Path, bad: list[Skipped]) -> UnreadableSource:
    first = f"{bad[0].where}: {bad[0].reason}" if bad else "nothing was found"
    return UnreadableSource(f"{path} holds no JSON records; {first}.")
