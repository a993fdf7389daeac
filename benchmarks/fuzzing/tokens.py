"""What real and hostile files have in them that breaks readers."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

_TEXTS = (
    "\0", "\x1b[31m", "\x07", "\x7f", "\x85", "\u2028", "\u200b", "\ufeff", "\ufffe", "\u202e",
    "\u2066\u2069", "\u200f", "👩\u200d👩\u200d👧", "🇩🇪🇫🇷", "e\u0301\u0327", "שלום עולם", "مرحبا",
    "Ã¼ber â€œnoâ€\x9d", "İı", "ﬀ", "\u0345", "𝟙𝟚", "٣١", "²", "../../x", "/etc/passwd", "C:\\x",
    "..\\..\\x", "=cmd()", "<script>", "<!--", "-->", "]]>", "<![CDATA[", "<?x", "&#0;", "&#xD800;",
    "&lt;", "&x;", "<a", "</", "<p>" * 30, "{{", "}}", "[[", "]]", "](", "```", "~~~", "---", "...",
    "====", "* ", "1. ", "|", "\t", "\r", "\n", "\r\n\r\n", "  ", ",", ";", '"', '""', "'", ":", ": ",
    "@", "@ana", "<@U01ANA>", "@**", "#**", ">", "> ", "From ", "-- ", "%s", "%00", "\\", "\\u0000",
    "\\ud800", "\\udc00\\ud83d", "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "-0",
    "0", "-1", "1.5", "1" * 20, "9" * 400, "-" + "9" * 30, "0x1f", "1_000", "٤", "null", "true",
    "[]", "{}", "[[]]", "[{}]", "None", "inf", "ana@example.org", "+44 20 7946 0958", "https://",
    "https://[", "https://a b/", "http://\u202e.org", "mailto:", "javascript:1", "file:///etc/passwd",
)  # fmt: skip
_DATES = (
    "1970-01-01", "1969-12-31T23:59:59Z", "0001-01-01", "9999-12-31T23:59:59+14:00", "2099-01-01",
    "2020-02-30", "2020-01-01T25:61:61", "12/31/1999", "31/12/99", "2020-W01-1", "Mon, 32 Foo 20",
    "Mon, 3 Feb 2020 10:00:00 +9999", "0", "-62135596800", "253402300800", "99999999999999", "1e12",
    "1577836800.000100", "-1577836800.5", "2020-01-01T00:00:00-23:59", "0001-01-01T00:00:00+14:00",
    "20200230", "10000-01-01", "00:00:00", "99:99:99.999", "2020-01-01 00:00:00 UTC",
)  # fmt: skip
_BYTES = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80", b"\x80", b"\x93quoted\x94 \xfcber", b"\x1f\x8b", b"PK\x03\x04", b"\xa0",
    b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>", b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>",
    b"<?xml version='1.0' encoding='utf-16'?>", b"<?xml version='1.1'?>", b"%PDF-", b"\x1a", b"\x0b\x0c",
)  # fmt: skip
_NESTS = (
    "[",
    "{",
    "(",
    "<a>",
    '{"a":',
    "[{",
    "> ",
    "- ",
    "*",
    "_",
    "`",
    "<",
    "&",
    "\\",
    "#",
    "((a",
    "::",
)


def text(rng: Random) -> str:
    """A short piece of text."""
    pick = rng.random()
    if pick < 0.25:
        return rng.choice(_DATES)
    if pick < 0.32:
        return rng.choice(_NESTS) * rng.choice((3, 50, 1000, 10_000))
    if pick < 0.36:
        return rng.choice(_TEXTS) * rng.choice((20, 300, 3000))
    if pick < 0.40:
        return datetime.fromtimestamp(rng.randrange(2**33), UTC).isoformat()
    if pick < 0.45:
        return "".join(chr(rng.randrange(0x2500)) for _ in range(rng.randrange(1, 12)))
    return rng.choice(_TEXTS)


def raw(rng: Random) -> bytes:
    """A short piece of bytes."""
    if rng.random() < 0.3:
        return rng.choice(_BYTES)
    return text(rng).encode("utf-8", "surrogatepass")


def value(rng: Random, depth: int = 0) -> object:
    """A value of any type that JSON has, odd ones preferred."""
    pick = rng.randrange(14)
    if pick < 4:
        return text(rng)
    if pick == 4:
        return rng.choice(("\ud800", "a\udc80b", "\udfff\ud800", "x" * 20_000, "", " ", "\0"))
    if pick == 5:
        return rng.choice((0, 1, -1, 2**31, 2**53 + 1, 2**63, -(2**64), 10**30, 10**400))
    if pick == 6:
        return rng.choice(
            (0.5, -0.0, 1e308, float("nan"), float("inf"), float("-inf"), 1577836800.5)
        )
    if pick == 7:
        return rng.choice((None, True, False))
    if pick == 8:
        return nested(rng.choice((2, 30, 300, 900)), rng.random() < 0.5)
    if depth > 2:
        return []
    if pick in (9, 10):
        return [value(rng, depth + 1) for _ in range(rng.randrange(3))]
    if pick in (11, 12):
        names = ("id", "text", "name", "type", "date", "", "a")
        return {rng.choice(names): value(rng, depth + 1) for _ in range(rng.randrange(3))}
    return rng.choice((_T, _T * 1000, -_T, 0.0, 10**12, 32503680000))


_T = 1_577_836_800


def nested(depth: int, listed: bool) -> object:  # noqa: FBT001 - one of two kinds
    """A list in a list, or an object in an object, and so on."""
    held: object = "x"
    for _ in range(depth):
        held = [held] if listed else {"a": held}
    return held
