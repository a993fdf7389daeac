"""Addresses, numbers and tokens go; what only looks like them stays."""

from __future__ import annotations

import time

import pytest

from pipeline.documents.authors import Pseudonyms, RealNames
from pipeline.documents.build import build_experience
from pipeline.documents.clean import clean
from pipeline.documents.locate import locate
from pipeline.documents.redact import Redactor
from pipeline.records import Document, Experience, SourcePart

NAMES = Pseudonyms(b"k" * 32)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ask ada.l+x@mail.example.org.", "Ask [e-mail address]."),
        ("Ask mailto:ada@example.org now", "Ask [e-mail address] now"),
        ("ada (at) example.org", "[e-mail address]"),
        ("Ring +44 20 7946 0958 today", "Ring [phone number] today"),
        ("The desk is at (212) 736-5000.", "The desk is at [phone number]."),
        ("Dispatch 530/841-4600, thanks", "Dispatch [phone number], thanks"),
        ("Tel: 0171 4567890", "Tel: [phone number]"),
        ("Two: 208.387.5512. 503.808.6396", "Two: [phone number]. [phone number]"),
        ("+49 (0)30 901820 is ours", "[phone number] is ours"),
        ("use AKIA" + "IOSFODNN7EXAMPLE here", "use [token] here"),
        ("ghp_" + "a1B2" * 9, "[token]"),
        ("https://bob:hunter22@example.com/x", "https://bob:[token]@example.com/x"),
        ("a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b", "a [token] b"),
    ],
)
def test_what_reaches_or_harms_a_person_is_taken_out(text: str, shown: str) -> None:
    assert Redactor().in_line(text) == shown
    assert Redactor().in_text(clean(text)).text.replace("\n", " ") == shown.replace("\n", " ")


@pytest.mark.parametrize(
    "text",
    [
        "On 2018-01-20 12:30:45 the run 1234567890 failed.",
        "Hosts 192.168.10.120 and 169.254.169.254",
        "06-17-2022 - 64.5",
        "fromtimestamp(1414906200 + 3600)",
        "uid 44e818f2-2ad0-4432-9816-3a649ca9945",
        "foo@1.2.3 and git@github.com:a/b",
        "ISBN 978-3-16-148410-0",
        "(0..200000000)",
        "between 0950 - 1200, with no answer",
        "@ada said so at 10@night",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert Redactor().in_line(text) == text


def test_what_was_taken_out_is_counted() -> None:
    redactor = Redactor()
    redactor.in_text(clean("a@example.org, b@example.org, +44 20 7946 0958"))

    assert dict(redactor.counts) == {"e-mail address": 2, "phone number": 1}


def test_national_numbers_are_those_of_the_regions_that_are_set() -> None:
    text = "Bureau 01 70 18 99 00"

    assert Redactor(["FR"]).in_line(text) == "Bureau [phone number]"
    assert Redactor(["US"]).in_line(text) == text


def test_quotes_of_redacted_text_are_still_found_in_the_source() -> None:
    body = "<p>Write to ada@example.org &amp; wait for the pump.</p>"
    document = Document("1", "t", (SourcePart("post", body, "html"),), "o")
    made = build_experience(document, source="s", pseudonyms=NAMES, redactor=Redactor())
    assert isinstance(made, Experience)
    start = made.text.index("wait for")

    places = locate(document, start, start + 8, pseudonyms=NAMES, redactor=Redactor())

    assert made.text == "Write to [e-mail address] & wait for the pump."
    assert [place.raw for place in places] == ["wait for"]


def test_titles_are_redacted_too() -> None:
    document = Document("1", "From ada@example.org", (SourcePart("body", "Text here."),), "o")
    made = build_experience(document, source="s", pseudonyms=NAMES, redactor=Redactor())

    assert isinstance(made, Experience)
    assert made.title == "From [e-mail address]"


def test_names_are_kept_where_a_community_wants_them() -> None:
    part = SourcePart("post", "Thanks @ada!", author="bob", mentions=("ada",))
    document = Document("1", "t", (part,), "o")
    kept = build_experience(document, source="s", pseudonyms=RealNames())
    hidden = build_experience(document, source="s", pseudonyms=NAMES)

    assert isinstance(kept, Experience)
    assert isinstance(hidden, Experience)
    assert (kept.author, kept.text) == ("bob", "Thanks @ada!")
    assert (hidden.author, hidden.text) == (NAMES.name("bob"), f"Thanks @{NAMES.name('ada')}!")


def test_a_mention_with_spaces_or_signs_becomes_a_pseudonym() -> None:
    part = SourcePart(
        "post", "@Mara Kent and @x|away, @Mara left", mentions=("Mara Kent", "x|away")
    )
    made = build_experience(Document("1", "t", (part,), "o"), source="s", pseudonyms=NAMES)

    assert isinstance(made, Experience)
    assert made.text == f"@{NAMES.name('Mara Kent')} and @{NAMES.name('x|away')}, @Mara left"


@pytest.mark.parametrize("sign", ["1", "1 ", "a@", "-1", "(1) ", "x.", "+1.", "://a:b"])
def test_long_text_of_any_kind_takes_little_time(sign: str) -> None:
    began = time.perf_counter()
    Redactor().in_text(clean(sign * 20_000))

    assert time.perf_counter() - began < 10
