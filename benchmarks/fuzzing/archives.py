"""Zip and tar files with members that no honest program writes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from random import Random

from benchmarks.fuzzing.inputs import FOLDER, Content, Input, Special, packed, tarred, unzipped

_NAMES = (
    "../out.txt", "../../../../tmp/out.txt", "/tmp/out.txt", "a/../../out.txt", "c:\\out.txt",
    "\\\\host\\out.txt", "a\0b.txt", "", ".", "..", "a/", "a//b.txt", "con", "x" * 300, "d/" * 120 + "a",
    "a\nb.txt", "\x1b[2J.txt", "\u202etxt.json", "שלום.md", "-rf", "~/x", "%2e%2e/x", "a.txt/b.txt",
)  # fmt: skip
_LINK = 0o120777 << 16


def of_zip(data: bytes, rng: Random, change: Callable[[bytes], bytes]) -> bytes:
    """The zip file with one member changed, or something about its members."""
    parts = unzipped(data)
    if not parts:
        return _patched(data, rng)
    if rng.random() < 0.75:
        name = _likely(parts, rng)
        return _zipped(
            [
                (member, change(held) if member == name else held, 0)
                for member, held in parts.items()
            ]
        )
    return _hostile(parts, rng)


def _likely(parts: Mapping[str, bytes], rng: Random) -> str:
    """A member, rather one that holds text than one that tells how it looks."""
    texts = (
        "document.xml",
        "content.xml",
        "sheet1.xml",
        "sheet2.xml",
        "sharedStrings.xml",
        "workbook.xml",
        "meta.xml",
        "core.xml",
    )
    main = [name for name in parts if name.endswith(texts)]
    return rng.choice(main) if main and rng.random() < 0.8 else rng.choice(list(parts))


def _hostile(parts: Mapping[str, bytes], rng: Random) -> bytes:
    members = [(name, held, 0) for name, held in parts.items()]
    at = rng.randrange(len(members))
    name, held, _ = members[at]
    pick = rng.randrange(6)
    if pick == 0:
        members[at] = (rng.choice(_NAMES), held, 0)
    elif pick == 1:
        members.append((name, held[::-1], 0))
    elif pick == 2:
        members[at] = (name, b"/etc/passwd", _LINK)
    elif pick == 3:
        del members[at]
    elif pick == 4:
        members.append((rng.choice(_NAMES), b"x", 0))
    else:
        return _patched(_zipped(members), rng)
    return _zipped(members)


def _zipped(members: list[tuple[str, bytes, int]]) -> bytes:
    import warnings

    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as made:
        warnings.simplefilter("ignore")  # of names that come twice
        for name, held, attributes in members:
            info = zipfile.ZipInfo("x", (2020, 1, 1, 0, 0, 0))
            info.filename = info.orig_filename = name.encode("utf-8", "replace").decode()
            info.external_attr = attributes
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            made.writestr(info, held)
    return out.getvalue()


def _patched(data: bytes, rng: Random) -> bytes:
    """A checksum, a size, a flag or a place in the table of contents that is not true."""
    made = bytearray(data)
    entries = [at for at in range(len(data) - 46) if data[at : at + 4] == b"PK\x01\x02"]
    if not entries:
        return bytes(made)
    at = rng.choice(entries)
    place, form = rng.choice(
        (
            (8, "<H"),
            (10, "<H"),
            (16, "<I"),
            (20, "<I"),
            (24, "<I"),
            (28, "<H"),
            (38, "<I"),
            (42, "<I"),
        )
    )
    value = rng.choice(
        (0, 1, 2, 99, 0xFFFF if form == "<H" else rng.choice((0xFFFFFFFF, 0x7FFFFFFF, 1 << 20)))
    )
    struct.pack_into(form, made, at + place, value)
    return bytes(made)


def in_archive(held: Input, rng: Random) -> Input:
    """The input packed into an archive, perhaps with hostile members beside it."""
    top = f"{FOLDER}/" if held.folder and rng.random() < 0.7 else ""
    files: dict[str, Content] = {f"{top}{name}": data for name, data in held.files.items()}
    if rng.random() < 0.5:
        files[rng.choice(_NAMES)] = b"not to be written"
    if rng.random() < 0.2:
        files["link.json"] = Special("link", "/etc/passwd")
    if rng.random() < 0.55:
        data = _zipped([_member(name, data) for name, data in files.items()])
        return Input({"export.zip": _patched(data, rng) if rng.random() < 0.15 else data})
    safe = {name: data for name, data in files.items() if name and "\0" not in name}
    data = _tarred(safe, rng)
    if rng.random() < 0.3:
        data = _damaged(data, rng)
    return Input({"export.tar": data})


def _damaged(data: bytes, rng: Random) -> bytes:
    """A tar file that ends early, or with other bytes in a header."""
    if rng.random() < 0.4:
        return data[: rng.randrange(len(data))]
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 5))):
        at = rng.randrange(0, len(data), 512) + rng.choice((100, 124, 136, 148, 156, 157, 257))
        made[at % len(data)] = rng.choice((0, 48, 55, 128, 255, *b"xgLKS1235"))
    return bytes(made)


def _member(name: str, data: Content) -> tuple[str, bytes, int]:
    return (name, data, 0) if isinstance(data, bytes) else (name, data.target.encode(), _LINK)


def _tarred(files: Mapping[str, Content], rng: Random) -> bytes:
    mode = rng.choice(("", "gz", "bz2", "xz"))
    plain = tarred(files, "" if mode == "gz" else mode)
    return packed(plain) if mode == "gz" else plain
