"""Changes that know the format: values of JSON, rows and columns of tables, tags of XML."""

from __future__ import annotations

import csv
import io
import json
import re
from random import Random
from typing import Any

from benchmarks.fuzzing import tokens

_LARGEST = 1 << 16
_ATTRIBUTE = re.compile(r"""([\w:.-]+)=("[^"<]*"|'[^'<]*')""")
_TEXT = re.compile(r">([^<>]+)<")
_TAG = re.compile(r"<(/?)([\w:.-]+)([^<>]*)>")

# --- JSON --------------------------------------------------------------------------------


def of_json(data: bytes, rng: Random) -> bytes | None:
    """The same JSON, or one of its lines, with one value changed; None when it is no JSON."""
    start = data[:1]
    if start not in (b"{", b"[") or len(data) > _LARGEST:
        return None
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    for before, piece, after in ((b"", data, b""), _parts(lines, at)):
        try:
            value = json.loads(piece)
        except (ValueError, RecursionError):
            continue
        made = _written(_changed(value, rng), rng)
        return before + made + after
    return None


def _parts(lines: list[bytes], at: int) -> tuple[bytes, bytes, bytes]:
    before, after = b"\n".join(lines[:at]), b"\n".join(lines[at + 1 :])
    return before + b"\n" if at else b"", lines[at], b"\n" + after if at + 1 < len(lines) else b""


def _written(value: object, rng: Random) -> bytes:
    indent = rng.choice((None, None, None, 1))
    try:
        if rng.random() < 0.7:
            return json.dumps(value, ensure_ascii=False, indent=indent).encode()
        return json.dumps(value, indent=indent).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()
    except (RecursionError, ValueError):
        return b"[" * 10_000


def _changed(value: Any, rng: Random) -> Any:
    holder = {"": value}
    places = list(_places(holder))
    inside, key = rng.choice(places)
    _change(inside, key, places, rng)
    return holder.get("")


def _places(value: Any, depth: int = 0) -> Any:
    """Every place that holds a value: the object or array, and the name or number in it."""
    if depth > 50:
        return
    if isinstance(value, dict):
        for name, held in value.items():
            yield value, name
            yield from _places(held, depth + 1)
    elif isinstance(value, list):
        for number, held in enumerate(value):
            yield value, number
            yield from _places(held, depth + 1)


def _change(inside: Any, key: Any, places: list[tuple[Any, Any]], rng: Random) -> None:
    pick = rng.randrange(10)
    if pick < 4:
        inside[key] = tokens.value(rng)
    elif pick == 4:
        del inside[key]
    elif pick == 5:
        other, name = rng.choice(places)
        inside[key] = other[name] if name in other or isinstance(other, list) else None
    elif pick == 6:
        _change_name(inside, key, places, rng)
    elif pick == 7:
        inside[key] = rng.choice(([inside[key]], {"a": inside[key]}, str(inside[key])))
    elif pick == 8 and isinstance(inside[key], list):
        inside[key] = inside[key] * rng.choice((0, 2, 3, 40))
        rng.shuffle(inside[key])
    else:
        inside[key] = _of_like_type(inside[key], rng)


def _change_name(inside: Any, key: Any, places: list[tuple[Any, Any]], rng: Random) -> None:
    if not isinstance(inside, dict):
        inside.insert(key, inside[key])
        return
    names = [name for _, name in places if isinstance(name, str)]
    name = rng.choice(names) if rng.random() < 0.6 else tokens.text(rng)
    inside[name] = inside[key] if rng.random() < 0.3 else inside.pop(key)


def _of_like_type(value: Any, rng: Random) -> Any:
    if isinstance(value, bool) or value is None:
        return rng.choice((True, False, None, 0, "true"))
    if isinstance(value, int | float) and abs(value) < 1e60:
        return rng.choice((value + 1, -value, value * 1000, value / 1000, str(value), 0, value**5))
    if isinstance(value, str):
        at = rng.randrange(len(value) + 1)
        return value[:at] + tokens.text(rng) + value[at:]
    return tokens.value(rng)


# --- tables ------------------------------------------------------------------------------


def of_table(data: bytes, rng: Random) -> bytes | None:
    """The same table with rows, columns or cells changed; None when it is none."""
    if len(data) > _LARGEST or b"\n" not in data:
        return None
    text = data.decode("utf-8", "replace")
    head = text.split("\n", 1)[0]
    sign = max(",;\t|", key=head.count)
    if head.count(sign) < 2:
        return None
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=sign))
    except csv.Error:
        return None
    if not rows or not rows[0]:
        return None
    _change_rows(rows, rng)
    out = io.StringIO()
    csv.writer(out, delimiter=rng.choice((sign, sign, sign, ";")), lineterminator="\n").writerows(
        rows
    )
    written = out.getvalue()
    if rng.random() < 0.1:
        at = rng.randrange(len(written) + 1)
        written = f'{written[:at]}"{written[at:]}'
    return written.encode("utf-8", "replace")


def _change_rows(rows: list[list[str]], rng: Random) -> None:
    row = rng.choice(rows)
    column = rng.randrange(max(1, len(row)))
    pick = rng.randrange(8)
    if pick < 3 and row:
        row[column] = tokens.text(rng)
    elif pick == 3:
        row.insert(column, rng.choice(row) if row else "")
    elif pick == 4 and row:
        del row[column]
    elif pick == 5:
        order = list(range(len(rows[0])))
        rng.shuffle(order)
        rows[:] = [[one[at] for at in order if at < len(one)] for one in rows]
    elif pick == 6:
        rows.insert(rng.randrange(len(rows)), list(row))
    else:
        rest = rows[1:] * rng.choice((1, 1, 3, 60))
        rng.shuffle(rest)
        rows[1:] = rest


# --- XML and HTML ------------------------------------------------------------------------


def of_xml(data: bytes, rng: Random) -> bytes | None:
    """The same XML or HTML with attributes, texts or tags changed; None when it is none."""
    if data.lstrip()[:1] != b"<" or len(data) > 4 * _LARGEST:
        return None
    text = data.decode("utf-8", "surrogateescape")
    pattern = rng.choice((_ATTRIBUTE, _TEXT, _TAG, _TAG))
    found = list(pattern.finditer(text))
    if not found:
        return None
    one = rng.choice(found)
    made = _of_tag(one, text, found, rng) if pattern is _TAG else _of_value(one, rng)
    written = text[: one.start()] + made + text[one.end() :]
    return written.encode("utf-8", "surrogateescape" if _plain(written) else "replace")


def _plain(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _of_value(one: re.Match[str], rng: Random) -> str:
    word = tokens.text(rng)
    if rng.random() < 0.6:
        word = word.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    if one.re is _TEXT:
        return f">{word}<"
    pick = rng.randrange(5)
    if pick == 0:
        return ""
    if pick == 1:
        return f"{one[0]} {one[0]}"
    if pick == 2:
        return f"{word[:40]}={one[2]}"
    return f'{one[1]}="{word}"'


def _of_tag(one: re.Match[str], text: str, found: list[re.Match[str]], rng: Random) -> str:
    pick = rng.randrange(8)
    if pick == 0:
        return ""
    if pick == 1:
        return one[0] * rng.choice((2, 3, 50, 2000))
    if pick == 2:
        return rng.choice(found)[0]
    if pick == 3:
        return f"<{one[1]}{rng.choice(('x', 'row', 'p', 'a:b', 'script', 'table'))}{one[3]}>"
    if pick == 4:
        other = rng.choice(found)
        start, end = sorted((one.start(), other.end()))
        return one[0] + text[start:end][:4000]
    if pick == 5:
        return f"<{one[1]}{one[2]}{one[3].rstrip('/')}/>"
    if pick == 6:
        return f"{one[0]}{rng.choice(('<!--x', '<![CDATA[', '<?x', '&nbsp;', '&x;', '</', '<x '))}"
    return one[0] + tokens.text(rng)
