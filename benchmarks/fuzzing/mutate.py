"""Changes of an input: of its bytes, of its lines, of what its format means, of its folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from benchmarks.fuzzing import tokens
from benchmarks.fuzzing.archives import in_archive, of_zip
from benchmarks.fuzzing.inputs import Content, Input, Special, packed
from benchmarks.fuzzing.structure import of_json, of_table, of_xml

LARGEST = 1 << 17
"""Bytes of the largest file that is made; one that grows larger is cut."""

_NAMES = (
    "a.json", "b.txt", "c.md", "d.csv", "e", "messages.json", "result.json", "README.md", ".hidden",
    "שלום.txt", "\u202etxt.md", "👩\u200d👧.json", "a\nb.csv", "a\x1b[0m.md", "x" * 200 + ".txt",
    "nul\udcff.txt", "deep/er/and/deeper/a.json", "a.json.gz", "a.xml", "Posts.xml", "a.html", "-r.md",
    "2020-01-01.json", "users.json", "%2e%2e.txt", " .txt", "a b.jsonl", "con.txt", "a.docx", "a.pdf",
)  # fmt: skip


def mutated(held: Input, others: Sequence[Input], rng: Random) -> Input:
    """The input with one to a few changes; `others` lend what is spliced in."""
    changes = 1 + min(int(rng.expovariate(0.7)), 8)
    for _ in range(changes):
        if held.folder and rng.random() < 0.15:
            held = _of_folder(held, others, rng)
        else:
            held = _of_file(held, others, rng)
    if rng.random() < 0.04:
        held = in_archive(held, rng)
    return held


def _of_file(held: Input, others: Sequence[Input], rng: Random) -> Input:
    names = [name for name, data in held.files.items() if isinstance(data, bytes)]
    if not names:
        return held
    name = rng.choice(names)
    data = held.files[name]
    assert isinstance(data, bytes)  # noqa: S101 - names are of those alone
    return Input({**held.files, name: _changed(data, others, rng)[:LARGEST]}, held.folder)


def _changed(data: bytes, others: Sequence[Input], rng: Random) -> bytes:
    if data[:2] == b"\x1f\x8b" and rng.random() < 0.8:
        return _inside_gzip(data, others, rng)
    if data[:2] == b"PK" and rng.random() < 0.85:
        return of_zip(data, rng, lambda part: _changed(part, others, rng))
    if rng.random() < 0.55:
        for by_structure in (of_json, of_xml, of_table):
            found = by_structure(data, rng)
            if found is not None:
                return found
    if rng.random() < 0.12:
        return _spliced(data, others, rng)
    return rng.choice(_BLIND)(data, rng)


def _inside_gzip(data: bytes, others: Sequence[Input], rng: Random) -> bytes:
    import gzip
    import zlib

    try:
        inside = gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return rng.choice(_BLIND)(data, rng)
    return packed(_changed(inside[:LARGEST], others, rng))


# --- bytes -------------------------------------------------------------------------------


def _flipped(data: bytes, rng: Random) -> bytes:
    made = bytearray(data or b"x")
    for _ in range(rng.choice((1, 1, 2, 8))):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def _replaced(data: bytes, rng: Random) -> bytes:
    made = bytearray(data or b"x")
    for _ in range(rng.choice((1, 1, 3, 20))):
        made[rng.randrange(len(made))] = rng.randrange(256)
    return bytes(made)


def _cut(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _without(data: bytes, rng: Random) -> bytes:
    start, end = _span(data, rng)
    return data[:start] + data[end:]


def _repeated(data: bytes, rng: Random) -> bytes:
    start, end = _span(data, rng)
    times = rng.choice((2, 2, 5, 60, 2000))
    return data[:start] + data[start:end] * min(times, LARGEST // max(1, end - start)) + data[end:]


def _moved(data: bytes, rng: Random) -> bytes:
    start, end = _span(data, rng)
    rest = data[:start] + data[end:]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def _inserted(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    if rng.random() < 0.2:
        at = rng.choice((0, len(data)))
    return data[:at] + tokens.raw(rng) + data[at:]


def _overwritten(data: bytes, rng: Random) -> bytes:
    at, piece = rng.randrange(len(data) + 1), tokens.raw(rng)
    return data[:at] + piece + data[at + len(piece) :]


def _word_replaced(data: bytes, rng: Random) -> bytes:
    """A word or number gives way to something else, what stands around it stays."""
    import re

    words = list(re.finditer(rb"[\w.+-]+", data[:LARGEST]))
    if not words:
        return _inserted(data, rng)
    word = rng.choice(words)
    return data[: word.start()] + tokens.raw(rng) + data[word.end() :]


def _of_lines(data: bytes, rng: Random) -> bytes:
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    pick = rng.randrange(6)
    if pick == 0:
        lines.insert(at, lines[rng.randrange(len(lines))])
    elif pick == 1:
        del lines[at]
    elif pick == 2:
        rng.shuffle(lines)
    elif pick == 3:
        lines[at : at + 1] = [lines[at]] * rng.choice((2, 30, 400))
    elif pick == 4:
        lines[at] = tokens.raw(rng)
    else:
        other = rng.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def _line_ends(data: bytes, rng: Random) -> bytes:
    ends = (b"\r", b"\r\n", b"\n\n", b"\x85", b"\xe2\x80\xa8", b" ", b"\x0b", b"\x1e", b"\r\r\n")
    return data.replace(b"\n", rng.choice(ends))


def _encoded(data: bytes, rng: Random) -> bytes:
    text = data.decode("utf-8", "replace")
    pick = rng.randrange(6)
    if pick == 0:
        return text.encode("cp1252", "replace")
    if pick == 1:  # read in the wrong encoding on its way here
        return data.decode("latin-1").encode("utf-8")
    names = (
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-8-sig",
        "utf-32",
        "utf-7",
        "koi8-r",
        "shift-jis",
    )
    return text.encode(rng.choice(names), "replace")


_BLIND: tuple[Callable[[bytes, Random], bytes], ...] = (
    _flipped, _replaced, _cut, _without, _repeated, _moved, _inserted, _inserted, _overwritten,
    _word_replaced, _word_replaced, _of_lines, _line_ends, _encoded,
)  # fmt: skip


def _span(data: bytes, rng: Random) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + 1 + int(rng.expovariate(0.03)))


def _spliced(data: bytes, others: Sequence[Input], rng: Random) -> bytes:
    lent = [held for held in rng.choice(others).files.values() if isinstance(held, bytes)]
    if not lent:
        return data
    other = rng.choice(lent)
    start, end = _span(other, rng)
    piece = other[start : max(end, rng.randrange(len(other) + 1))]
    at = rng.randrange(len(data) + 1)
    return data[:at] + piece + data[at if rng.random() < 0.5 else len(data) :]


# --- folders -----------------------------------------------------------------------------


def _of_folder(held: Input, others: Sequence[Input], rng: Random) -> Input:
    files: dict[str, Content] = dict(held.files)
    name = rng.choice(list(files))
    pick = rng.randrange(9)
    if pick == 0:
        files[rng.choice(_NAMES)] = files.pop(name)
    elif pick == 1 and len(files) > 1:
        del files[name]
    elif pick == 2:
        files[rng.choice(_NAMES)] = files[name]
    elif pick == 3:
        other = rng.choice(list(files))
        files[name], files[other] = files[other], files[name]
    elif pick == 4:
        files[rng.choice(_NAMES)] = rng.choice(list(rng.choice(others).files.values()))
    elif pick == 5:
        files = {f"below/{rng.choice(_NAMES)[:9]}/{path}": data for path, data in files.items()}
    elif pick == 6:
        files[name] = b"" if rng.random() < 0.5 else b"\n"
    elif pick == 7:
        data = files.pop(name)
        files[f"{name}.gz"] = packed(data) if isinstance(data, bytes) else data
    else:
        place = name if rng.random() < 0.7 else rng.choice(_NAMES)
        files[place] = _special(rng)
    return Input(files, folder=True)


def _special(rng: Random) -> Special:
    pick = rng.randrange(8)
    if pick == 0:
        return Special("pipe")
    if pick == 1:
        return Special("folder")
    targets = (
        "/etc/passwd",
        "/",
        ".",
        "..",
        "gone",
        "../../../etc",
        "/dev/zero",
        "a.json",
        "b.txt",
    )
    return Special("link", rng.choice(targets))
