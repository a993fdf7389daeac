"""Entries of feeds come with their links, authors and dates, and nothing is fetched."""

from __future__ import annotations

import contextlib

import pytest

from pipeline.errors import UnreadableSource
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Plant blog</title><language>en-GB</language>
<item><title>Cold &amp; slow</title><link>https://a.org/1</link><guid>tag:1</guid>
<dc:creator>Ann Moe</dc:creator><pubDate>Mon, 03 Feb 2020 10:00:00 +0100</pubDate>
<category>Boiler</category><description>Short.</description>
<content:encoded><![CDATA[<p>Warm the <b>oil</b> first.</p>]]></content:encoded></item>
<item><title>Picture</title><wp:post_type>attachment</wp:post_type></item>
<item><link>https://a.org/3</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>B</title>
<entry><id>urn:1</id><title>T</title><link href="https://b.org/1"/><author><name>Bo</name></author>
<updated>2021-03-04T05:06:07Z</updated>
<content type="text">Plain 3 &lt; 5.</content></entry></feed>"""


def test_an_entry_of_rss_keeps_what_it_says(made) -> None:
    path = made.file("r.bin", RSS)
    assert recognise(path).name == "feed"

    (found,), skipped = made.read(path, "feed")

    assert (found.key, found.title, found.origin) == ("tag:1", "Cold & slow", "https://a.org/1")
    assert (found.author, found.created.isoformat()) == ("Ann Moe", "2020-02-03T09:00:00+00:00")
    assert (found.tags, found.language) == (("Boiler",), "en-GB")
    assert (found.parts[0].format, found.parts[0].body) == (
        "html",
        "<p>Warm the <b>oil</b> first.</p>",
    )
    assert [s.where for s in skipped] == ["r.bin:entry 3", "r.bin: 1 of type attachment"]


def test_an_entry_of_atom_may_be_plain_text(made) -> None:
    (found,), _ = made.read(made.file("a.xml", ATOM), "feed")

    assert (found.key, found.author, str(found.created)[:4]) == ("urn:1", "Bo", "2021")
    assert (found.parts[0].format, found.parts[0].body) == ("text", "Plain 3 < 5.")


def test_a_feed_that_is_not_well_formed_is_read_as_far_as_it_goes(made) -> None:
    documents, _ = made.read(made.file("r.xml", RSS.replace("</channel></rss>", "<br>")), "feed")

    assert [d.title for d in documents] == ["Cold & slow"]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_a_feed_that_declares_entities_is_refused(made, head) -> None:
    text = RSS.replace('<?xml version="1.0"?>', f'<?xml version="1.0"?>{head}').replace(
        "Short", "&b;"
    )

    with pytest.raises(UnreadableSource, match="declares XML entities"):
        made.read(made.file("r.xml", text), "feed")


@pytest.mark.parametrize("text", ["https://a.org/feed", "<feed>x</feed>", "<html><rss></html>"])
def test_what_is_no_feed_is_not_taken_for_one(made, text) -> None:
    path = made.file("f", text)

    assert connector("feed").recognise(look_at(path)) == 0
    with pytest.raises(UnreadableSource, match="no entries"):
        made.read(path, "feed")


def test_changed_and_cut_feeds_never_raise_anything_else(made) -> None:
    data = RSS.encode()
    for at in range(1, len(data), 17):
        for changed in (data[:at], data[:at] + b"<\0&" + data[at + 3 :]):
            path = made.file("x", changed)
            with contextlib.suppress(UnreadableSource):
                made.read(path, "feed")
