"""Pages of many kinds of site keep what a reader would see, and tell what they are about."""

from __future__ import annotations

import pytest

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Link
from pipeline.sources.base import ReadOptions
from pipeline.sources.pages.markup import seen
from pipeline.sources.pages.rst import markdown_of
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise


def page_of(made, text: str, name: str = "p.md") -> Document:
    (found,), skipped = made.read(made.file(name, text), "markdown")
    assert not skipped
    return found


def text_of(made, text: str, name: str = "p.md") -> str:
    return page_of(made, text, name).parts[-1].body


# --- titles, front matter ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: From matter\n---\n# Heading\n\ntext", "From matter"),
        ("---\nsidebar_label: Label\n---\n# Heading\n\ntext", "Label"),
        ("intro\n\n## Second\n\n# First\n\ntext", "First"),
        ("```sh\n# a comment\n```\n\n## Real\n\ntext", "Real"),
        ("Underlined\n==========\n\ntext", "Underlined"),
        ("+++\ntitle = 'Toml'\n+++\ntext", "Toml"),
        ("---\naliases: [Other name]\n---\ntext", "Other name"),
        ("text alone", "p"),
    ],
)
def test_the_title_is_told_by_front_matter_then_heading_then_name(made, text, title) -> None:
    assert page_of(made, text).title == title


def test_front_matter_is_no_text_and_descriptions_for_search_engines_neither(made) -> None:
    page = page_of(
        made, "---\ndescription: For engines.\ncomments: true\nstart: yes\nteaching: 15\n---\nText."
    )

    assert [part.body.strip() for part in page.parts] == ["Text."]


def test_front_matter_tells_what_was_done_and_how_it_went(made) -> None:
    page = page_of(made, "---\naction: We called twice\noutcome: worked\n---\nText.")

    assert [(part.name, part.body.strip()) for part in page.parts] == [
        ("action", "We called twice"),
        ("body", "Text."),
    ]
    assert page.status == "worked"


def test_the_first_of_several_authors_and_the_nested_date_are_taken(made) -> None:
    page = page_of(
        made,
        "---\nauthors:\n  - name: Ann Moe\nlast_update:\n  date: 2021-03-04\n---\nText.",
    )

    assert page.author == "Ann Moe"
    assert str(page.created)[:10] == "2021-03-04"


# --- what makers of sites add ------------------------------------------------------------


def test_links_between_notes_read_as_their_words_and_pictures_go(made) -> None:
    text = text_of(
        made, "See [[Night shift|the shift]], [[a/b/Pumps#Old]] and [[#Here]]. ![[x.png]]"
    )

    assert text.strip() == "See the shift, Pumps and Here."


def test_code_is_left_as_it_is(made) -> None:
    code = "```\n[[ -f x ]] {% if %} ![[y]]\n```\n\nand `[[z]]` inline\n"

    assert text_of(made, code) == code


def test_notes_give_tags_fields_and_callouts() -> None:
    page = seen(
        "#shift #area/pumps\n\nStatus:: solved\n\n> [!warning] Mind this\n> Hot. ^ab1\n\n"
        "%% not for readers %%\n\n==marked== [due:: soon] issue #12\n",
        notes=True,
    )

    assert page.tags == ["shift", "area/pumps"]
    assert page.fields == [("due", "soon"), ("Status", "solved")] or page.fields[0][0] == "Status"
    assert "> **Mind this**\n> Hot.\n" in page.text
    assert "not for readers" not in page.text
    assert "marked due: soon issue #12" in page.text


def test_a_field_in_a_line_of_a_note_tells_the_status_and_front_matter_goes_before(made) -> None:
    assert page_of(made, "status:: solved\n\nSee [[x]].").status == "worked"
    assert page_of(made, "---\nstatus: failed\n---\nstatus:: solved\n\n[[x]]").status == "failed"


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        (":::note[Mind]\n\nHot.\n\n:::\n", "**Mind**\n\n\nHot."),
        (":::tip\nHot.\n:::\n", "Hot."),
        (":::::::::::::: callout\n\nHot.\n\n::::::::::::::\n", "Hot."),
        ("::: {.challenge}\nHot.\n:::\n", "Hot."),
        (
            '!!! warning "Mind"\n    Hot.\n\n    - one\n\nCold.\n',
            "**Mind**\n\nHot.\n\n- one\n\nCold.",
        ),
        ("```{note} Mind\nHot.\n```\n", "**Mind**\n\nHot."),
        ("{: .callout}\nHot.{: #x}\n", "Hot."),
        ("{% include a.html %}Hot.\n", "Hot."),
        ("Hot {{ site.x }}{{'[Guide]({})'.format(g)}}.\n", "Hot Guide."),
        ("import A from './a';\n\nHot <A b={1} />water.\n", "Hot water."),
        ("<Tabs>\n\nHot.\n\n</Tabs>\n", "Hot."),
        ("## Heat {#hot}\n", "## Heat"),
        ("A {term}`maintainer <Maintainers>` role\n", "A maintainer role"),
        ('--8<-- "abbreviations.md"\nHot.\n', "Hot."),
    ],
)
def test_the_markup_of_sites_goes_and_its_words_stay(markup, left) -> None:
    assert seen(markup).text.strip() == left


@pytest.mark.parametrize(
    "text", ["!!!Important words!!!", "=== A wiki heading ===", "a vector<T> of x", "x {y} z"]
)
def test_what_only_looks_like_markup_stays(text) -> None:
    assert seen(text).text == text


def test_components_go_only_where_a_page_is_mdx() -> None:
    assert seen("A <Note>b</Note> c", mdx=True).text == "A b c"
    assert seen("```js\nimport X from 'y'\n```\nA Vec<Note> c").text.endswith("A Vec<Note> c")


def test_restructured_text_is_read_with_its_notes_and_without_its_directives(made) -> None:
    text = (
        "Cold starts\n===========\n\n.. contents::\n   :depth: 2\n\n"
        ".. a comment\n   of two lines\n\n"
        "See `the guide <https://a.org/g>`_ and :doc:`pumps </pumps>`::\n\n    run --now\n\n"
        ".. warning::\n\n   Never alone.\n\n.. include:: /etc/passwd\n"
    )

    page = page_of(made, text, "cold.rst")

    assert page.title == "Cold starts"
    assert "[the guide](https://a.org/g) and pumps:" in page.parts[0].body
    assert "```\nrun --now\n```" in page.parts[0].body
    assert "Never alone." in page.parts[0].body
    assert not {"comment", "depth", "passwd"} & set(page.parts[0].body.replace("/", " ").split())


def test_levels_of_headings_follow_the_order_of_their_adornments() -> None:
    made = markdown_of("A\n=\n\nAll\n===\n\nPart\n----\n\nNext\n====\n")

    assert "## All" in made
    assert "### Part" in made
    assert "## Next" in made


# --- folders -----------------------------------------------------------------------------


def test_a_folder_counts_as_pages_only_when_all_that_can_be_read_are_pages(made, tmp_path) -> None:
    made.file("f/a.md", "text")
    made.file("f/b/c.mdx", "text")
    made.file("f/x.png", b"\x89PNG")
    made.file("f/LICENSE", "terms")
    assert connector("markdown").recognise(look_at(tmp_path / "f")) >= 0.8

    made.file("f/data.csv", "a,b\n1,2\n")
    assert connector("markdown").recognise(look_at(tmp_path / "f")) < 0.8


def test_a_folder_tells_tags_labels_and_links_between_notes(made, tmp_path) -> None:
    made.file("v/docs/_category_.json", '{"label": "All docs"}')
    made.file("v/docs/01-pumps/_category_.json", '{"label": "Pump room"}')
    made.file("v/docs/01-pumps/Start.md", "See [[Valves]] and [[Nowhere]].")
    made.file("v/docs/Valves.md", "text")
    made.file("v/LICENSE.md", "terms")
    told: list[str] = []

    documents, skipped = made.read(tmp_path / "v", "markdown", ReadOptions(notice=told.append))

    valves, start = sorted(documents, key=lambda d: len(d.key))
    assert start.tags == ("Pump room",)
    assert start.links == (Link("related", valves.key),)
    assert valves.tags == ()
    assert [(s.where, s.reason) for s in skipped] == [("LICENSE.md", "terms of use, not a page")]
    assert told == ["v: files that are no pages were not read: 2 .json."]


def test_in_a_vault_the_file_names_the_note_and_hidden_settings_are_not_read(
    made, tmp_path
) -> None:
    made.file("v/.obsidian/app.md", "settings")
    made.file("v/Cold start.md", "## Steps\n\n#boiler first")

    (note,), skipped = made.read(tmp_path / "v", "markdown")

    assert (note.title, note.tags, skipped) == ("Cold start", ("boiler",), [])


# --- pages in lines ----------------------------------------------------------------------


def test_lines_of_path_and_text_are_pages_each_in_its_format(made) -> None:
    path = made.lines(
        "pages.jsonl",
        {"path": "docs/care/a.md", "text": "---\ntitle: T\nteaching: 3\n---\n# H\n\nA [[b]]."},
        {"path": "docs/b.rst", "text": "B\n=====\n\n``x``"},
        {"path": "docs/c.txt", "text": "*c*"},
        {"path": "docs/d.md", "text": " "},
    )

    documents, skipped = made.read(path, "jsonl")

    assert [(d.key, d.title, d.origin) for d in documents] == [
        ("docs/care/a.md", "T", "docs/care/a.md"),
        ("docs/b.rst", "B", "docs/b.rst"),
        ("docs/c.txt", "c", "docs/c.txt"),
    ]
    assert [d.parts[0].format for d in documents] == ["markdown", "markdown", "text"]
    assert documents[0].tags == ("care",)
    assert [s.where for s in skipped] == ["docs/d.md"]


def test_lines_with_other_columns_stay_a_table(made) -> None:
    path = made.lines("r.jsonl", {"path": "a/b", "text": "x", "action": "y"})

    assert [part.name for part in made.read(path, "jsonl")[0][0].parts] == ["action", "body"]


# --- one JSON document -------------------------------------------------------------------


def test_an_array_inside_a_document_is_a_table(made) -> None:
    path = made.file(
        "r.json",
        '{"n": 1, "data": {"lessons": [{"id": 1, "problem": "p"}, 3, {"id": 2, "problem": "q"}]}}',
    )

    assert recognise(path).name == "json"
    documents, skipped = made.read(path, "json")
    assert [(d.key, d.parts[0].name, d.origin) for d in documents] == [
        ("1", "situation", "r.json:data.lessons[1]"),
        ("2", "situation", "r.json:data.lessons[3]"),
    ]
    assert [s.where for s in skipped] == ["r.json:data.lessons[2]"]


def test_lines_that_hold_arrays_are_no_document(made) -> None:
    line = '{"id": 1, "title": "t", "comments": [{"text": "x"}]}\n'

    assert connector("json").recognise(look_at(made.file("a.jsonl", line * 2))) == 0
    assert connector("json").recognise(look_at(made.file("b.json", '{"text": "own"}'))) == 0


# --- HTML --------------------------------------------------------------------------------

SITE = """<!DOCTYPE html><html lang="en"><head><title>Cold starts | Plant</title>
<meta name="author" content="Ann Moe"><meta property="article:published_time" content="2020-02-03">
<meta name="keywords" content="boiler, winter"><link rel="canonical" href="https://a.org/cold">
</head><body><header>Plant intranet</header><nav>Home About</nav>
<main><h1>Cold starts</h1><p>Warm the oil <b>first</b> &amp; wait.</p><nav>On this page</nav></main>
<footer>All rights reserved</footer><script>track()</script></body></html>"""


def test_the_main_part_of_a_page_is_read_with_what_its_head_says(made) -> None:
    (page,), _ = made.read(made.file("x/cold.html", SITE), "html")

    assert (page.title, page.author, page.origin) == (
        "Cold starts",
        "Ann Moe",
        "https://a.org/cold",
    )
    assert (str(page.created)[:10], page.tags, page.language) == (
        "2020-02-03",
        ("boiler", "winter"),
        "en",
    )
    assert "Warm the oil <b>first</b> &amp; wait." in page.parts[0].body
    assert page.parts[0].format == "html"
    for noise in ("intranet", "About", "On this page", "reserved", "track"):
        assert noise not in page.parts[0].body


def test_text_after_what_is_taken_out_stays(made) -> None:
    html = "<html><body><p>one</p><nav>x</nav>two<!-- c -->three</body></html>"

    assert "two" in (body := made.read(made.file("a.html", html), "html")[0][0].parts[0].body)
    assert "three" in body


def test_control_characters_beside_what_is_taken_out_do_no_harm(made) -> None:
    html = "<html><body><p>one</p>\x01<nav>x</nav>&#1;two\x02<nav>y</nav>\x03</body></html>"

    assert "two" in made.read(made.file("a.html", html), "html")[0][0].parts[0].body


def test_a_page_tells_author_and_date_in_linked_data(made) -> None:
    data = '{"@graph": [{"datePublished": "2019-05-06", "author": [{"name": "Bo"}]}, 3]}'
    html = (
        f'<html><script type="application/ld+json">{data}</script><body><p>text</p></body></html>'
    )

    (page,), _ = made.read(made.file("a.html", html), "html")

    assert (page.author, str(page.created)[:10]) == ("Bo", "2019-05-06")


def test_html_is_recognised_by_its_beginning_and_a_saved_site_as_a_whole(made, tmp_path) -> None:
    made.file("s/a.html", SITE)
    made.file("s/sub/b.htm", SITE)
    made.file("s/a_files/style.css", "x")
    assert recognise(made.file("odd.name", SITE)).name == "html"
    assert recognise(tmp_path / "s").name == "html"

    documents, skipped = made.read(tmp_path / "s", "html")
    assert [d.key for d in documents] == ["a.html", "sub/b.htm"]
    assert not skipped
    assert connector("html").recognise(look_at(made.file("n.txt", "a < b and <p> of it"))) == 0


def test_a_page_of_navigation_alone_is_skipped(made) -> None:
    _, skipped = made.read(made.file("a.html", "<html><nav>Home</nav></html>"), "html")

    assert [s.reason for s in skipped] == ["no text besides navigation"]


@pytest.mark.parametrize("name", ["markdown", "html", "decision-record", "feed"])
@pytest.mark.parametrize(
    "content",
    [
        "<div>" * 20_000,
        "[" * 20_000 + "![[" * 5000,
        "{% " * 9000 + "{{" * 9000,
        "> " * 9000,
        ":::\n" * 9000,
        "!!! x\n" * 5000,
        "---\n" + "a: {" * 3000 + "\n---\n",
        "\ud7ff\u202e\U0001f600 \x0b\x0c\n===\n",
        "PEP: 1\nTitle: x\nStatus:\n" + " " * 5000,
    ],
)
def test_hostile_pages_give_a_document_or_a_line(made, name, content) -> None:
    path = made.file("p.md", content)
    connector(name).recognise(look_at(path))
    try:
        documents, skipped = made.read(path, name)
    except UnreadableSource:
        return
    assert documents or skipped


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("carpentries_handbook", 67),
        ("carpentries_instructor_training", 33),
        ("pagerduty_postmortem_guide", 15),
        ("pagerduty_retrospectives_guide", 8),
    ],
)
def test_handbooks_are_read_to_the_last_page_with_titles(shared_data, made, name, count) -> None:
    path = shared_data / f"handbooks/{name}.jsonl.gz"
    assert recognise(path).name == "jsonl"

    documents, skipped = made.read(path, "jsonl")

    assert (len(documents), len(skipped)) == (count, 0)
    assert all(d.title and "/" not in d.key.removeprefix(d.origin) for d in documents)
    assert all(not d.title.endswith(".md") for d in documents)
    text = "\n".join(part.body for d in documents for part in d.parts)
    assert "\nteaching:" not in text
    assert ":::::" not in text
    assert "{{" not in text
